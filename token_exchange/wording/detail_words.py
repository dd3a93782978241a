"""Explain the detail of a reason: what was wrong with a token, or which rule stopped the exchange."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.sts.reasons import Reason
from token_exchange.wording.issuer_words import outcome_in_words
from token_exchange.wording.rule_words import RULES

FLAWS: Final = {
    "not_compact": _("It does not consist of three segments between dots."),
    "encrypted": _("It is encrypted. Only signed tokens are accepted."),
    "too_long": _("It is longer than the limit."),
    "not_base64url": _("A segment is not in strict base64url."),
    "not_json": _("The header or the payload is not valid JSON."),
    "not_an_object": _("The header or the payload is JSON, but not an object."),
    "name_repeated": _("The header or the payload contains a name twice."),
    "too_deep": _("The JSON is nested too deeply."),
    "number_out_of_range": _("A number is too large or not valid in JSON."),
    "text_unstorable": _("A text contains characters that cannot be stored."),
    "header_not_allowed": _(
        "The header has one of the members crit, b64, zip, jwk and enc. They change how a token is read, contain a "
        "key, or mark an encrypted token, and are not accepted."
    ),
    "header_malformed": _("The header lacks alg, or alg, kid or typ is not a plain text."),
    "algorithm_not_pinned": _("The algorithm is not one of those chosen for the issuer."),
    "key_not_named": _("It has no kid, and the issuer has several keys or requires a kid."),
    "key_unknown": _("The issuer has no key with this kid."),
    "key_of_other_algorithm": _("The key with this kid is for another algorithm."),
    "signature_wrong": _("The signature does not match any key with this kid."),
    "issuer_wrong": _("iss differs from the issuer identifier."),
    "subject_malformed": _("The claim that names the subject is missing, not a text, or has spaces around it."),
    "subject_too_long": _("The claim that names the subject is too long."),
    "audience_malformed": _("aud is missing, or is neither a text nor a short list of texts."),
    "audience_wrong": _("aud contains none of the audiences that are set for the issuer."),
    "time_malformed": _("exp or iat is missing, or exp, iat or nbf is not a number of seconds."),
    "expired": _("It has expired."),
    "not_yet_valid": _("It is not valid yet: iat or nbf is in the future."),
    "too_old": _("It was issued longer ago than the maximum age of the issuer's tokens allows."),
    "token_id_malformed": _("jti is not a text, or has spaces around it."),
}


FLAWED: Final = frozenset({Reason.JWT_MALFORMED, Reason.SIGNATURE_INVALID, Reason.CLAIMS_INVALID})
UNAVAILABLE: Final = frozenset({Reason.KEYS_UNAVAILABLE, Reason.INTROSPECTION_UNAVAILABLE})


def detail_in_words(reason: str, detail: str) -> str:
    """Return the sentence for the detail of a reason, an empty text if the detail needs no explanation."""
    if reason == Reason.NOT_PERMITTED_BY_ANY_POLICY and detail in RULES:
        return gettext("The policy that came closest failed at the rule “%(rule)s”.") % {"rule": RULES[detail]}
    if reason in UNAVAILABLE:
        return outcome_in_words(detail)
    return str(FLAWS.get(detail, "")) if reason in FLAWED else ""
