"""What would have to change for a rule to pass, or for a request to get as far as the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

RULES: Final = {
    "proposal": _("Code of this site failed with %(asked)s; until it is repaired, the policy allows nothing."),
    "client": _("Write a policy for the client %(asked)s: this one is for %(allowed)s."),
    "period": _("Let the policy be in force now. Its period: %(allowed)s."),
    "subject_token_type": _("Let the policy take subject tokens of this type: %(asked)s."),
    "issuer": _("Let the policy take tokens of whoever issued this one, this server or %(asked)s."),
    "claims": _("Present a token that meets the policy's conditions on these claims: %(asked)s."),
    "caller_binding": _(
        "Name the client %(asked)s under “issued to” in the policy; or present a token that was issued to %(allowed)s, "
        "or one that is meant for a target which the calling client owns."
    ),
    "subject": _(
        "Let the policy cover the subject %(asked)s. It covers %(allowed)s, staff and superusers only where it says so."
    ),
    "way": _(
        "Open this way in the policy: %(asked)s. It opens %(allowed)s; a token that names an actor already is only "
        "ever delegated further."
    ),
    "actor_binding": _("Present an actor token that was issued to %(allowed)s and names no actors of its own."),
    "actor": _("Name %(asked)s among the actors of the policy. Nobody may act for itself."),
    "may_act": _("Let %(allowed)s act, whom the subject token names; it was %(asked)s."),
    "chain": _(
        "Allow a chain of more than %(allowed)s actors in the policy, or present a token with fewer of them. Nobody "
        "may stand in it twice, or act for itself."
    ),
    "lineage": _("Present a token nearer to the login: this one has been traded %(asked)s times."),
    "issued_token_type": _("Ask for a type that the policy issues: %(allowed)s."),
    "target": _(
        "Ask for no other target than %(allowed)s; or add to the policy what else was asked for, registered and "
        "enabled."
    ),
    "lifetime": _("Present a token that has more than a second to live."),
    "permission": _(
        "Let an impersonation permission allow it to %(asked)s. What each permission said: %(allowed)s. A ticket is "
        "traded only for the person who asked for it."
    ),
    "scope": _("Ask for no more scope than %(allowed)s, or let the policy narrow instead of refuse."),
}
NO_TARGET: Final = _("Name an audience or resource: only where a policy has exactly one target may it be left out.")
NO_SCOPE: Final = _("No scope at all can be granted here: token, policy and target have none in common.")
OTHER_SCOPE: Final = _("Ask for a scope among %(allowed)s: none of those asked for is.")

REASONS: Final = {
    "client_authentication_failed": _("Enable the calling client: the site does not let it be used now."),
    "client_is_public": _("Make the client confidential, and give it a secret."),
    "client_secret_is_blank": _("Give the client a secret."),
    "client_has_no_policy": _("Write an enabled policy that permits this client something."),
    "denied_by_policy": _("Leave out what the deny policy names; or narrow or disable that policy."),
    "token_expired": _("Present a token that has not expired."),
    "issuer_unknown": _("Add a trusted issuer for exactly this iss, or enable its row."),
    "token_type_not_taken_from_issuer": _("Let the issuer's row take tokens of this type."),
    "claims_invalid": _("Present a token that names an audience of the issuer's row, and is valid now."),
    "claim_condition_failed": _("Present a token that meets the conditions of the issuer's row, or change those."),
    "keys_unavailable": _("Look at the issuer's page, which says what came of fetching its keys."),
    "introspection_unavailable": _("Look at the issuer's page, which says what came of asking it."),
    "introspection_inactive": _("Present a token that its server calls active."),
    "token_without_id": _("Let the issuer put a jti into its tokens, or take them more than once."),
    "subject_unknown": _("Link the subject to a user, or map subjects in another way on the issuer's page."),
    "subject_ambiguous": _("Let one user only fit the subject."),
    "subject_privileged": _("Present a token of somebody who is neither staff nor superuser."),
    "address_not_verified": _("Let the issuer verify the address, or link the subject."),
    "token_issuer_disabled": _("Enable the client that the token was issued to."),
    "subject_inactive": _("Activate the subject."),
    "actor_inactive": _("Activate the actor, or whoever acts in the subject token already."),
}


def for_rule(finding: Mapping[str, Any], asked: str, allowed: str) -> str:
    """Return what would let the rule of this finding pass; `asked` and `allowed` are what it found, in words."""
    rule = str(finding["rule"])
    template = str(_template(rule, finding["asked"], finding["allowed"]))
    return template % {"rule": rule, "asked": asked, "allowed": allowed}


def _template(rule: str, asked: object, allowed: object) -> str | Promise:
    if rule == "target" and not asked:
        return NO_TARGET
    if rule == "scope" and not allowed:
        return NO_SCOPE
    if rule == "scope" and _members(asked).isdisjoint(_members(allowed)):  # narrowing would leave nothing
        return OTHER_SCOPE
    return RULES.get(rule, gettext("Look at the rule “%(rule)s”: asked %(asked)s, allowed %(allowed)s."))


def _members(value: object) -> set[str]:
    return set(map(str, value)) if isinstance(value, list) else set()


def for_reason(reason: str) -> str:
    """Return what would get the request past a refusal that no rule of a policy gave; nothing where that is plain."""
    return str(REASONS.get(reason, ""))
