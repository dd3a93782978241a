"""Suggest changes with which a request would be granted: to a policy, an issuer's row, a token or a client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.sts.exchange import Exchange
from token_exchange.sts.policy import Policy
from token_exchange.sts.proposal import propose

RULES: Final = {
    "proposal": _("Repair the code of this site that failed with %(asked)s: until then the policy allows nothing."),
    "client": _("Write a policy for the client %(asked)s: this one is for %(allowed)s."),
    "period": _("Change the period of the policy so that it includes the present. It is %(allowed)s."),
    "subject_token_type": _("Add this type to the subject token types of the policy: %(asked)s."),
    "issuer": _("Add the issuer of this token to the policy: this server, or %(asked)s."),
    "claims": _("Present a token that meets the policy's conditions on these claims: %(asked)s."),
    "caller_binding": _(
        "Add the client %(asked)s under “issued to” in the policy; or present a token that was issued to %(allowed)s, "
        "or one for a target that the calling client owns."
    ),
    "subject": _(
        "Add the subject %(asked)s to the policy. It covers %(allowed)s, and staff and superusers only if it says so."
    ),
    "way": _(
        "Allow this way in the policy: %(asked)s. It allows %(allowed)s. A token that names an actor already can only "
        "be delegated further."
    ),
    "actor_binding": _("Present an actor token that was issued to %(allowed)s and names no actors of its own."),
    "actor": _("Add %(asked)s to the actors of the policy. A party cannot act for itself."),
    "may_act": _(
        "Present an actor token of %(allowed)s, the only actor that the subject token permits. It was of %(asked)s."
    ),
    "chain": _(
        "Allow a chain of more than %(allowed)s actors in the policy, or present a token with fewer actors. A party "
        "cannot be in the chain twice, or act for itself."
    ),
    "lineage": _(
        "Present a token from an earlier exchange, or from the login: this one comes from %(asked)s exchanges."
    ),
    "issued_token_type": _("Request a token type that the policy issues: %(allowed)s."),
    "target": _(
        "Request no target other than %(allowed)s; or add the other targets, registered and enabled, to the policy."
    ),
    "lifetime": _("Present a token that is valid for longer than one second."),
    "permission": _(
        "Write an impersonation permission that allows it to %(asked)s. The answer of each permission: %(allowed)s. "
        "Only the user who requested a ticket can exchange it."
    ),
    "scope": _("Request no scopes other than %(allowed)s, or let the policy narrow the scopes instead of refusing."),
}
NO_TARGET: Final = _("Name an audience or resource. It can be left out only if a policy has exactly one target.")
NO_SCOPE: Final = _("Change the scopes of the token, the policy or the target: they have none in common.")
OTHER_SCOPE: Final = _("Request at least one of these scopes: %(allowed)s.")

REASONS: Final = {
    "client_authentication_failed": _("Enable the calling client: the site has disabled it."),
    "client_is_public": _("Make the client confidential, and give it a secret."),
    "client_secret_is_blank": _("Give the client a secret."),
    "client_has_no_policy": _("Write an enabled policy that permits an exchange to this client."),
    "denied_by_policy": _("Request nothing that the deny policy covers; or narrow or disable that policy."),
    "token_expired": _("Present a token that has not expired."),
    "issuer_unknown": _("Add a trusted issuer with exactly this iss, or enable it."),
    "token_type_not_taken_from_issuer": _("Add this token type to the trusted issuer."),
    "claims_invalid": _("Present a token that is valid now and is for an audience of the trusted issuer."),
    "claim_condition_failed": _(
        "Present a token that meets the conditions of the trusted issuer, or change the conditions."
    ),
    "keys_unavailable": _("See the page of the trusted issuer: it shows why its keys could not be fetched."),
    "introspection_unavailable": _("See the page of the trusted issuer: it shows why it could not be asked."),
    "introspection_inactive": _("Present a token that its issuer reports as active."),
    "token_without_id": _(
        "Have the issuer add a jti to its tokens, or let the trusted issuer accept each token more than once."
    ),
    "subject_unknown": _("Link the subject to a user, or choose another mapping on the page of the trusted issuer."),
    "subject_ambiguous": _("Make sure that only one user matches the subject."),
    "subject_privileged": _("Present a token of a user who is neither staff nor superuser."),
    "address_not_verified": _("Have the issuer verify the address, or link the subject to a user."),
    "token_issuer_disabled": _("Enable the client that the token was issued to."),
    "subject_inactive": _("Activate the subject."),
    "actor_inactive": _("Activate the actor, and the actors in the subject token."),
}


def for_rule(finding: Mapping[str, Any], asked: str, allowed: str) -> str:
    """Return a change with which the rule of this finding would pass; `asked` and `allowed` are its values in words."""
    rule = str(finding["rule"])
    template = str(_template(rule, finding["asked"], finding["allowed"]))
    return template % {"rule": rule, "asked": asked, "allowed": allowed}


def _template(rule: str, asked: object, allowed: object) -> str | Promise:
    if rule == "target" and not asked:
        return NO_TARGET
    if rule == "scope" and not allowed:
        return NO_SCOPE
    if rule == "scope" and _members(asked).isdisjoint(_members(allowed)):  # narrowing leaves no scope
        return OTHER_SCOPE
    return RULES.get(rule, gettext("See the rule “%(rule)s”: requested %(asked)s, allowed %(allowed)s."))


def _members(value: object) -> set[str]:
    return set(map(str, value)) if isinstance(value, list) else set()


def for_reason(reason: str) -> str:
    """Return a change that avoids a refusal for this reason, if no rule caused it; an empty text if none is known."""
    return str(REASONS.get(reason, ""))


def for_scopes(exchange: Exchange, policy: Policy) -> Iterator[str]:
    """Yield, for each requested scope that the policy cannot grant, the tokens, policies or targets that lack it."""
    inputs = dict(_inputs(exchange, policy))
    for scope in sorted(exchange.requested_scopes or ()):
        lacking = [name for name, scopes in inputs.items() if scope not in scopes]
        if lacking:
            names = {"scope": scope, "inputs": ", ".join(lacking)}
            yield gettext("The scope %(scope)s is missing in: %(inputs)s.") % names


def _inputs(exchange: Exchange, policy: Policy) -> Iterator[tuple[str, frozenset[str]]]:
    yield gettext("the subject token"), exchange.subject_token.scopes
    if exchange.actor_token is not None and policy.limited_to_actor_scopes:
        yield gettext("the actor token"), exchange.actor_token.scopes
    yield gettext("the scopes that the site offers to the calling client"), exchange.client_scopes
    yield gettext("the policy"), policy.scopes
    for requested in propose(exchange, policy).targets:
        yield gettext("the target %(name)s") % {"name": requested.target.name}, requested.target.scopes
