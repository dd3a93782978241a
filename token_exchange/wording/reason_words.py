"""Why an exchange was refused, in words for whoever looks into it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

REASONS: Final = {
    "client_authentication_failed": _("The client did not prove who it is."),
    "client_authenticated_twice": _("The request authenticated the client in two ways at once."),
    "client_is_public": _("The client is public: it cannot prove who it is."),
    "client_secret_is_blank": _("The client has no secret: anybody could call in its name."),
    "client_has_no_policy": _("No enabled policy names this client."),
    "body_malformed": _("The body is not a form that can be read."),
    "body_too_large": _("The body is too large."),
    "query_not_allowed": _("Parameters came in the URL instead of the body."),
    "parameter_missing": _("A required parameter is missing."),
    "parameter_repeated": _("A parameter was repeated that may not be."),
    "too_many_failures": _("The caller failed too often within a minute; further failures of it are not recorded."),
    "parameter_too_large": _("A parameter is too long."),
    "parameter_malformed": _("A parameter cannot be read."),
    "parameter_unsupported": _("The request has a parameter that cannot be honoured here."),
    "parameter_without_its_token": _("The type of an actor token was sent without the token."),
    "too_many_targets": _("Too many targets were asked for at once."),
    "target_repeated": _("A target was named twice."),
    "target_malformed": _("A resource is not an absolute URI without fragment."),
    "target_unknown": _("A target is unknown or disabled."),
    "token_type_unsupported": _("This kind of token is not taken here."),
    "token_unknown": _("The token is none that this server knows."),
    "token_expired": _("The token has expired."),
    "token_revoked": _("The token has been revoked."),
    "no_longer_granted": _("Today's rules would not issue the token any more."),
    "ancestor_revoked": _("A token that it was made from has been revoked or replaced."),
    "transport_not_secure": _("The request did not come over HTTPS."),
    "token_without_origin": _("Nothing tells which client the token was issued to."),
    "token_issuer_disabled": _("Whoever issued the token is not trusted any more."),
    "chain_malformed": _("The token's chain of actors cannot be read, or is too long."),
    "issuer_unknown": _("Nobody of that name is trusted here to issue tokens."),
    "token_type_not_taken_from_issuer": _("This issuer is not trusted for this kind of token."),
    "jwt_malformed": _("The token is no JWT that can be read."),
    "signature_invalid": _("The signature is not by a key of the issuer."),
    "claims_invalid": _("A claim is missing or does not fit: audience, age, validity or type."),
    "claim_condition_failed": _("A claim does not say what the issuer's conditions ask."),
    "token_bound_to_key": _("The token is bound to a key, and nothing proved that its holder has it."),
    "token_restricted": _("The token is restricted in a way that an issued token could not carry on."),
    "keys_unavailable": _("The issuer's keys could not be had."),
    "introspection_unavailable": _("The issuer could not be asked about the token."),
    "introspection_inactive": _("The issuer says that the token is not active."),
    "token_replayed": _("The token has been used before."),
    "token_without_id": _("The token may be used once, but has no id to tell it by."),
    "subject_ambiguous": _("Several users match the subject."),
    "subject_privileged": _("The subject is staff or superuser, whom this issuer may not name."),
    "address_not_verified": _("The issuer does not say that the e-mail address was verified."),
    "subject_unknown": _("The subject is no user or client of this site."),
    "subject_inactive": _("The subject has been deactivated."),
    "actor_inactive": _("The actor has been deactivated."),
    "denied_by_policy": _("A deny policy applies."),
    "not_permitted_by_any_policy": _("No policy allows the whole exchange."),
    "server_failure": _("This server failed, and nothing was decided."),
    "revoked_in_admin": _("Somebody revoked it in the admin."),
    "ticket_withdrawn": _("The impersonation ticket was withdrawn."),
    "issuer_disabled": _("Somebody disabled its issuer and revoked what came of it."),
    "token_rotated": _("It was given another value."),
    "stopped_by_subject": _("The person in whose name somebody acted stopped it."),
    "account_unlinked": _("The account was unlinked from the external issuer's subject."),
    "leaked": _("Its value, or that of a token that it was made from, was found where others could read it."),
}


def reason_in_words(code: str) -> str:
    """Return the sentence for a reason code, nothing for one that is not ours."""
    return str(REASONS.get(code, ""))
