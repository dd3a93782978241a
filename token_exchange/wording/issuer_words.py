"""Explain the outcome of a fetch from an external issuer, and why a key cannot be used."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

OUTCOMES: Final = {
    "ok": _("The issuer answered, and its keys are in use."),
    "answered": _("The issuer answers introspection requests."),
    "pasted": _("The keys were pasted into the form, so nothing is fetched."),
    "url_invalid": _("The URL is not an https URL with a host name."),
    "name_unknown": _("The host name has no address."),
    "address_not_public": _(
        "The host name leads to a private address. Allow private networks for this issuer if that is intended."
    ),
    "connection_failed": _("The connection failed."),
    "certificate_refused": _("Neither this server nor the CA bundle of this issuer trusts the certificate."),
    "too_slow": _("The issuer did not answer in time."),
    "too_large": _("The answer is too large."),
    "compressed": _("The answer is compressed, although this server asks for an uncompressed one."),
    "failed": _("The answer could not be read."),
    "not_json": _("The answer is not valid JSON."),
    "not_an_object": _("The answer is JSON, but not an object."),
    "name_repeated": _("An object in the answer contains a name twice."),
    "too_deep": _("The answer is nested too deeply."),
    "number_out_of_range": _("A number in the answer is too large or not valid in JSON."),
    "text_unstorable": _("A text in the answer contains characters that cannot be stored."),
    "no_metadata": _("The issuer publishes no metadata at the address that discovery uses."),
    "issuer_differs": _("The metadata name another issuer identifier than this issuer's."),
    "no_jwks_url": _("The metadata contain no https address of the keys."),
    "no_keys": _("The keys have never been fetched."),
    "no_usable_key": _("The issuer publishes no key for the algorithms that are chosen for it."),
    "key_unknown": _(
        "The last fetched key set has no key with the kid of the token. It is fetched again after a minute."
    ),
    "key_set_empty": _("The issuer publishes an empty key set."),
    "key_set_unusable": _("None of the published keys can be used, each for a different reason."),
    "key_set_malformed": _("The answer is not a key set."),
    "key_set_too_large": _("The issuer publishes too many keys."),
    "no_credentials": _("The settings of this site have no credentials with the given name for the host of the URL."),
    "too_many_questions": _(
        "The issuer was not asked, because a client has sent too many tokens that the issuer does not know."
    ),
}


def outcome_in_words(code: str) -> str:
    """Return the sentence for an outcome code, an empty text for an unknown code."""
    if code.startswith("status_"):
        return gettext("The answer has the status %(status)s instead of 200.") % {"status": code[7:]}
    if code in KEY_FLAWS:
        return gettext("None of the published keys can be used. For each of them: %(why)s") % {"why": KEY_FLAWS[code]}
    return str(OUTCOMES.get(code, ""))


KEY_FLAWS: Final = {
    "key_malformed": _("it is not a readable public key."),
    "key_symmetric": _("it is a shared secret, with which every client that knows it could sign."),
    "key_private": _("it is a private key, which is now exposed and has to be replaced at the issuer."),
    "key_kind_unsupported": _("keys of its kind or curve, and certificates, are not supported."),
    "key_not_for_signatures": _("it is not meant for verifying the signatures of tokens."),
    "algorithm_not_pinned": _("it is for an algorithm that is not chosen for this issuer."),
    "key_id_malformed": _("its kid is not a text of at most 256 characters."),
    "key_id_repeated": _("more than three different keys have its kid and its algorithm."),
    "key_id_missing": _("it has no kid, and the key set contains other keys."),
    "not_base64url": _("its members are not in strict base64url."),
    "rsa_size": _("its size is not between 2,048 and 8,192 bits."),
    "rsa_exponent": _("its exponent is even, smaller than 65,537 or longer than 64 bits."),
    "rsa_roca": _("it comes from a generator whose keys can be factored (CVE-2017-15361)."),
}
"""Each completes the sentence *The key … is ignored:*."""


def warning_about_key(flaw: str, kid: str | None, position: int | None) -> str:
    """Return the sentence that says which key is ignored, and why; a key without `kid` is named by its position."""
    name = kid or gettext("number %(position)s") % {"position": position}
    return gettext("The key %(name)s is ignored: %(why)s") % {"name": name, "why": KEY_FLAWS.get(flaw, flaw)}
