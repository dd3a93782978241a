"""What came of asking an external issuer, in words for the administrator who has to mend it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

OUTCOMES: Final = {
    "ok": _("It answered, and its keys are in use."),
    "answered": _("It answers when it is asked about a token."),
    "pasted": _("Its keys were pasted: nothing is fetched."),
    "url_invalid": _("The URL is not an https URL with a host."),
    "name_unknown": _("Its host name has no address."),
    "address_not_public": _("Its host name leads to a private address, which this issuer's row does not allow."),
    "connection_failed": _("No connection could be made."),
    "certificate_refused": _("Its certificate is not one that this server, or the authorities given here, believes."),
    "too_slow": _("It did not answer in time."),
    "too_large": _("Its answer is too large."),
    "compressed": _("Its answer is compressed, although this server asks for an uncompressed one."),
    "failed": _("It gave no answer that could be read."),
    "not_json": _("Its answer is not JSON."),
    "not_an_object": _("Its answer is JSON, but not an object."),
    "name_repeated": _("A name occurs twice in one object of its answer."),
    "too_deep": _("Its answer is nested too deeply."),
    "number_out_of_range": _("A number in its answer is too large, or is not one that JSON allows."),
    "text_unstorable": _("A text in its answer holds characters that cannot be stored."),
    "no_metadata": _("It has no metadata where discovery looks for them."),
    "issuer_differs": _("Its metadata name another issuer than this row does."),
    "no_jwks_url": _("Its metadata do not name an https address of its keys."),
    "no_keys": _("Its keys have never been fetched."),
    "no_usable_key": _("It has no key for the algorithms chosen here."),
    "key_unknown": _(
        "When it was last asked, it had no key of the name that the token gives. It is asked again after a minute."
    ),
    "key_set_empty": _("It publishes a set of keys with nothing in it."),
    "key_set_unusable": _("It publishes keys, and each of them is left out for its own reason."),
    "key_set_malformed": _("What it publishes is not a set of keys."),
    "key_set_too_large": _("It publishes too many keys."),
    "no_credentials": _("This site's settings have no credentials of the name given here for the host of the URL."),
    "too_many_questions": _("It was not asked: a client has sent too many tokens that it does not know."),
}


def outcome_in_words(code: str) -> str:
    """Return the sentence for an outcome, nothing for one that has none."""
    if code.startswith("status_"):
        return gettext("It answered with the status %(status)s instead of 200.") % {"status": code[7:]}
    if code in KEY_FLAWS:
        return gettext("Every key that it publishes is left out, because of each: %(why)s") % {"why": KEY_FLAWS[code]}
    return str(OUTCOMES.get(code, ""))


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
