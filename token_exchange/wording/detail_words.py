"""What a reason leaves open, in words: what exactly was wrong with a token, or which rule stopped the exchange."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.sts.reasons import Reason
from token_exchange.wording.issuer_words import outcome_in_words
from token_exchange.wording.rule_words import RULES

FLAWS: Final = {
    "not_compact": _("It is not three segments between dots."),
    "encrypted": _("It is encrypted; only signed tokens are read."),
    "too_long": _("It is longer than the limit."),
    "not_base64url": _("A segment is not in strict base64url."),
    "not_json": _("The header or the payload is no JSON."),
    "not_an_object": _("The header or the payload is JSON, but no object."),
    "name_repeated": _("A name stands twice in the header or the payload."),
    "too_deep": _("The JSON is nested too deeply."),
    "number_out_of_range": _("A number is too large, or none that JSON has."),
    "text_unstorable": _("A text holds characters that cannot be stored."),
    "header_not_allowed": _(
        "The header has one of crit, b64, zip, jwk and enc: they change how a token is read, bring a key along, or "
        "mark an encrypted token."
    ),
    "header_malformed": _("The header lacks alg, or alg, kid or typ is no plain text."),
    "algorithm_not_pinned": _("The algorithm is none of those chosen for the issuer."),
    "key_not_named": _("It names no key, and the issuer has several or must have its key named."),
    "key_unknown": _("The issuer has no key of that name."),
    "key_of_other_algorithm": _("The key of that name is for another algorithm."),
    "signature_wrong": _("No key of that name made this signature."),
    "issuer_wrong": _("iss is not the issuer."),
    "subject_malformed": _("The claim that names the subject is missing, or not plain text without blanks around it."),
    "subject_too_long": _("The claim that names the subject is too long."),
    "audience_malformed": _("aud is missing, or neither a text nor a short list of texts."),
    "audience_wrong": _("aud names none of the issuer's audiences."),
    "time_malformed": _("exp or iat is missing, or exp, iat or nbf is not a number of seconds."),
    "expired": _("It has expired."),
    "not_yet_valid": _("It is not valid yet: iat or nbf lies in the future."),
    "too_old": _("It was issued longer ago than the issuer's oldest age allows."),
    "token_id_malformed": _("jti is no plain text without blanks around it."),
}


FLAWED: Final = frozenset({Reason.JWT_MALFORMED, Reason.SIGNATURE_INVALID, Reason.CLAIMS_INVALID})
UNAVAILABLE: Final = frozenset({Reason.KEYS_UNAVAILABLE, Reason.INTROSPECTION_UNAVAILABLE})


def detail_in_words(reason: str, detail: str) -> str:
    """Return the sentence for what a reason leaves open, nothing where the detail speaks for itself."""
    if reason == Reason.NOT_PERMITTED_BY_ANY_POLICY and detail in RULES:
        return gettext("Of all policies the one that came furthest stopped here: %(rule)s.") % {"rule": RULES[detail]}
    if reason in UNAVAILABLE:
        return outcome_in_words(detail)
    return str(FLAWS.get(detail, "")) if reason in FLAWED else ""
