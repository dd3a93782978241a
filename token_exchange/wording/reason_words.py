"""Explain the reason of a refusal or a revocation to the administrator who reads the record."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

REASONS: Final = {
    "client_authentication_failed": _("The client's credentials are wrong or missing."),
    "client_authenticated_twice": _("The request authenticated the client in two ways at once."),
    "client_is_public": _("The client is public, so it cannot authenticate."),
    "client_secret_is_blank": _("The client's secret is empty, so any caller could use its id."),
    "client_has_no_policy": _("No enabled policy names this client."),
    "body_malformed": _("The body is not a readable form."),
    "body_too_large": _("The body is too large."),
    "query_not_allowed": _("The request has parameters in the URL instead of the body."),
    "parameter_missing": _("A required parameter is missing."),
    "parameter_repeated": _("A parameter occurs more than once."),
    "too_many_failures": _("The caller failed too often within a minute. Its further failures are not recorded."),
    "parameter_too_large": _("A parameter is too long."),
    "parameter_malformed": _("A parameter cannot be read."),
    "parameter_unsupported": _("The request has a parameter that this server does not support."),
    "parameter_without_its_token": _("The request has the type of an actor token, but not the token."),
    "too_many_targets": _("The request names too many targets."),
    "target_repeated": _("The request names a target twice."),
    "target_malformed": _("A resource is not an absolute URI, or has a fragment."),
    "target_unknown": _("A target is unknown or disabled."),
    "token_type_unsupported": _("This server does not accept this type of token."),
    "token_unknown": _("This server does not know the token."),
    "token_expired": _("The token has expired."),
    "token_revoked": _("The token has been revoked."),
    "no_longer_granted": _("The current rules would no longer issue the token."),
    "ancestor_revoked": _("A token that it was exchanged from has been revoked or replaced."),
    "transport_not_secure": _("The request was not sent over HTTPS."),
    "token_without_origin": _("The token does not say which client it was issued to."),
    "token_issuer_disabled": _("The issuer of the token is no longer trusted."),
    "chain_malformed": _("The token's chain of actors cannot be read, or is too long."),
    "issuer_unknown": _("No trusted issuer has this issuer identifier."),
    "token_type_not_taken_from_issuer": _("This issuer is not trusted for this type of token."),
    "jwt_malformed": _("The token is not a valid JWT."),
    "signature_invalid": _("The signature does not match any key of the issuer."),
    "claims_invalid": _("A claim is missing or wrong: audience, age, validity or type."),
    "claim_condition_failed": _("A claim does not meet the conditions that are set for the issuer."),
    "token_bound_to_key": _("The token is bound to a key, and the client did not prove that it holds the key."),
    "token_restricted": _("The token has a restriction that an issued token could not carry."),
    "keys_unavailable": _("The issuer's keys could not be fetched."),
    "introspection_unavailable": _("The issuer's answer about the token could not be obtained."),
    "introspection_inactive": _("The issuer says that the token is not active."),
    "token_replayed": _("The token has been used before."),
    "token_without_id": _("Tokens of this issuer may be used once, and this one has no jti to recognize it by."),
    "subject_ambiguous": _("Several users match the subject."),
    "subject_privileged": _("The subject is staff or a superuser, and this issuer may not name such users."),
    "address_not_verified": _("The issuer does not state that it has verified the e-mail address."),
    "subject_unknown": _("The subject is not a user or client of this site."),
    "subject_inactive": _("The subject is inactive."),
    "actor_inactive": _("The actor is inactive."),
    "denied_by_policy": _("A deny policy applies."),
    "not_permitted_by_any_policy": _("No policy allows the whole exchange."),
    "server_failure": _("An error on this server prevented a decision."),
    "revoked_in_admin": _("An administrator revoked the token."),
    "ticket_withdrawn": _("The impersonation ticket was withdrawn."),
    "issuer_disabled": _("An administrator disabled the issuer and revoked all tokens derived from it."),
    "token_rotated": _("The token was renewed and has a new value."),
    "stopped_by_subject": _("The user in whose name the actor acted stopped it."),
    "account_unlinked": _("The account was unlinked from the external issuer's subject."),
    "leaked": _("The value of the token, or of a token that it was exchanged from, has leaked."),
}


def reason_in_words(code: str) -> str:
    """Return the sentence for a reason code, an empty text for an unknown code."""
    return str(REASONS.get(code, ""))
