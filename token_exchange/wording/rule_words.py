"""What the codes of records and traces mean, in words."""

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
    "proposal": _("What would be issued"),
    "client": _("Calling client"),
    "period": _("In force now"),
    "subject_token_type": _("Subject token type"),
    "issuer": _("Who issued the subject token"),
    "claims": _("Claim conditions"),
    "caller_binding": _("Whose subject token it is"),
    "subject": _("Subject"),
    "way": _("Way of acting"),
    "actor_binding": _("Whose actor token it is"),
    "actor": _("Actor"),
    "permission": _("Impersonation permission"),
    "may_act": _("Who may act"),
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
    USER: _("name of a user"),
    Way.SAME_SUBJECT.value: _("same subject"),
    Way.WITHOUT_ACTOR.value: _("without an actor"),
    Way.CLIENT_ACTS.value: _("the client acts"),
    Way.DELEGATION.value: _("delegation by actor token"),
    Way.BY_PERMISSION.value: _("by impersonation permission"),
    SubjectKind.ANYONE.value: _("anyone"),
    SubjectKind.ANY_USER.value: _("any user"),
    SubjectKind.LISTED_USERS.value: _("the users and groups listed"),
    SubjectKind.CLIENTS.value: _("clients"),
    SubjectKind.WORKLOADS.value: _("workloads"),
}

# (effect, whether all its rules passed) → what the policy said.
VERDICTS: Final = {
    (Effect.PERMIT.value, True): _("allows the exchange"),
    (Effect.PERMIT.value, False): _("does not allow it"),
    (Effect.DENY.value, True): _("applies"),
    (Effect.DENY.value, False): _("does not apply"),
}

CHECKS: Final = {
    "": _("may"),
    "denied": _("a denial applies"),
    "period": _("the permission is not in force now"),
    "method": _("not in this manner"),
    "actor": _("who acts is not named"),
    "subject": _("who is acted for is not named"),
    "oneself": _("nobody acts as themselves"),
    "activity": _("one of the two is inactive"),
    "privilege": _("staff and superusers are not reached by this permission"),
    "ceiling": _("who is acted for has rights or groups that the other lacks"),
    "client": _("not through this client"),
    "targets": _("not for these targets"),
    "scopes": _("not with these scopes"),
}


def check_in_words(name: str) -> str:
    """Return the words for a check that failed, "may" for none."""
    return str(CHECKS.get(name, name))
