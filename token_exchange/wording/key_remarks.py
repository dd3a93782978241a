"""Why a key of an issuer is left out, in words: the same where it was pasted and where it was fetched."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

KEY_FLAWS: Final = {
    "key_malformed": _("it is not a public key that can be read."),
    "key_symmetric": _("it is a shared secret, with which every client that has it could sign."),
    "key_private": _("it is a private key, which is not secret any more and has to be replaced at the issuer."),
    "key_kind_unsupported": _("keys of its kind or curve, and certificates, are not supported."),
    "key_not_for_signatures": _("it is not meant for verifying the signatures of tokens."),
    "algorithm_not_pinned": _("it is for none of the algorithms chosen here."),
    "key_id_malformed": _("its kid is not a plain text of at most 256 characters."),
    "key_id_repeated": _("more than three different keys have its kid and its algorithm."),
    "key_id_missing": _("it has no kid, and there are other keys beside it."),
    "not_base64url": _("its members are not in strict base64url."),
    "rsa_size": _("its size is not between 2,048 and 8,192 bits."),
    "rsa_exponent": _("its exponent is even, smaller than 65,537 or longer than 64 bits."),
    "rsa_roca": _("it comes from a generator whose keys can be factored (CVE-2017-15361)."),
}
"""Each completes *The key … is left out:*."""


def remark(flaw: str, kid: str | None, position: int | None) -> str:
    """Return the sentence that says which key is left out, and why."""
    name = kid or gettext("number %(position)s") % {"position": position}
    return gettext("The key %(name)s is left out: %(why)s") % {"name": name, "why": KEY_FLAWS.get(flaw, flaw)}
