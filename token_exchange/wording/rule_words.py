"""Name the rules, values and checks of records and traces in words."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from token_exchange.sts.policy import Effect, SubjectKind, Way
from token_exchange.sts.vocabulary import (
    ACCESS_TOKEN,
    ID_TOKEN,
    IMPERSONATION_TICKET,
    JWT,
    PERSONAL_ACCESS_TOKEN,
    REFRESH_TOKEN,
    USER,
)

RULES: Final = {
    "proposal": _("Computing the new token"),
    "client": _("Calling client"),
    "period": _("Validity period"),
    "subject_token_type": _("Subject token type"),
    "issuer": _("Issuer of the subject token"),
    "claims": _("Claim conditions"),
    "caller_binding": _("Client that got the subject token"),
    "subject": _("Subject"),
    "way": _("Way of acting"),
    "actor_binding": _("Client that got the actor token"),
    "actor": _("Actor"),
    "permission": _("Impersonation permission"),
    "may_act": _("Allowed next actor"),
    "chain": _("Chain of actors"),
    "lineage": _("Generations of exchanges"),
    "issued_token_type": _("Issued token type"),
    "target": _("Target"),
    "lifetime": _("Lifetime in seconds"),
    "scope": _("Scope"),
}

VALUES: Final = {
    ACCESS_TOKEN: _("access token"),
    ID_TOKEN: _("ID token"),
    JWT: _("JWT"),
    REFRESH_TOKEN: _("refresh token"),
    PERSONAL_ACCESS_TOKEN: _("personal access token"),
    IMPERSONATION_TICKET: _("impersonation ticket"),
    USER: _("user name"),
    Way.SAME_SUBJECT.value: _("own token, without an actor"),
    Way.WITHOUT_ACTOR.value: _("other client's token, without an actor"),
    Way.CLIENT_ACTS.value: _("calling client as actor"),
    Way.DELEGATION.value: _("party of the actor token as actor"),
    Way.BY_PERMISSION.value: _("actor by impersonation permission"),
    SubjectKind.ANYONE.value: _("anyone"),
    SubjectKind.ANY_USER.value: _("any user"),
    SubjectKind.LISTED_USERS.value: _("listed users and groups"),
    SubjectKind.CLIENTS.value: _("clients"),
    SubjectKind.WORKLOADS.value: _("workloads"),
}

# (effect, all rules passed) → what the policy says about the exchange.
VERDICTS: Final = {
    (Effect.PERMIT.value, True): _("allows the exchange"),
    (Effect.PERMIT.value, False): _("does not allow the exchange"),
    (Effect.DENY.value, True): _("applies"),
    (Effect.DENY.value, False): _("does not apply"),
}

CHECKS: Final = {
    "": _("allowed"),
    "denied": _("a denial applies"),
    "period": _("the permission is not valid at this time"),
    "method": _("the permission does not allow this method"),
    "actor": _("the permission does not name this actor"),
    "subject": _("the permission does not name this subject"),
    "oneself": _("actor and subject are the same user"),
    "activity": _("the actor or the subject is inactive"),
    "privilege": _("the permission does not cover staff and superusers"),
    "ceiling": _("the subject has rights or groups that the actor lacks"),
    "client": _("the permission does not allow this client"),
    "targets": _("the permission does not allow these targets"),
    "scopes": _("the permission does not allow these scopes"),
}


def check_in_words(name: str) -> str:
    """Return the words for a failed check of a permission, "allowed" for an empty name."""
    return str(CHECKS.get(name, name))
