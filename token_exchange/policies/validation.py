"""What can be objected to once the lists of users, groups, clients and targets are known."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext

from token_exchange.models import Target
from token_exchange.models.policy_draft import Draft, FieldError, Rule
from token_exchange.sts.policy import SubjectKind, Way
from token_exchange.sts.vocabulary import (
    ACCESS_TOKEN,
    ID_TOKEN,
    IMPERSONATION_TICKET,
    JWT,
    PERSONAL_ACCESS_TOKEN,
    REFRESH_TOKEN,
    USER,
)
from token_exchange.toolkit.compat import scopes_known_for

LOCAL_TYPES: Final = frozenset(
    {ACCESS_TOKEN, ID_TOKEN, REFRESH_TOKEN, PERSONAL_ACCESS_TOKEN, IMPERSONATION_TICKET, USER}
)
"""What this server itself issues, or takes the name of."""
KNOWN_TYPES: Final = LOCAL_TYPES | {JWT}


def names_a_target(draft: Draft) -> FieldError | None:
    """A permit without targets leads nowhere."""
    if draft.permits and not draft.targets:
        return FieldError("targets", gettext("Name at least one target, or the policy can never permit anything."))
    return None


def takes_some_tokens(draft: Draft) -> FieldError | None:
    """A permit that takes neither this server's tokens nor anybody else's takes none."""
    if not draft.permits or draft.takes_local_tokens or draft.trusted_issuers:
        return None
    return FieldError("takes_local_tokens", gettext("Take this server's own tokens, or name a trusted issuer."))


def tokens_can_come(draft: Draft) -> FieldError | None:
    """Every type that a permit takes has to come from somewhere that the permit takes tokens from."""
    if not draft.permits or not draft.subject_token_types or takes_some_tokens(draft):
        return None
    local = LOCAL_TYPES if draft.takes_local_tokens else frozenset()
    offered = {token_type for issuer in draft.trusted_issuers for token_type in issuer.token_types or ()}
    # A type that a site's own verifier takes is this server's word.
    custom = set(draft.subject_token_types) - KNOWN_TYPES if draft.takes_local_tokens else set()
    if not (local | offered | custom).isdisjoint(draft.subject_token_types):
        return None
    return FieldError(
        "subject_token_types",
        gettext(
            "No token of these types ever comes from here: name a trusted issuer that sends them, or another type."
        ),
    )


def subjects_can_come(draft: Draft) -> FieldError | None:
    """Workloads come from trusted issuers alone, clients' own tokens from this server alone."""
    if not draft.permits:
        return None
    if draft.subject_kind == SubjectKind.WORKLOADS and not draft.trusted_issuers:
        return FieldError("trusted_issuers", gettext("Workloads come from a trusted issuer: name one."))
    if draft.subject_kind == SubjectKind.CLIENTS and not draft.takes_local_tokens:
        return FieldError("takes_local_tokens", gettext("Clients' own tokens are this server's: take them."))
    return None


def lists_its_subjects(draft: Draft) -> FieldError | None:
    """An empty list is nobody (INV-14)."""
    listed = draft.subject_users or draft.subject_groups
    if draft.subject_kind == SubjectKind.LISTED_USERS and not listed:
        return FieldError("subject_users", gettext("List at least one user or group: an empty list covers nobody."))
    return None


def lists_no_idle_subjects(draft: Draft) -> FieldError | None:
    """Users listed beside “any user” look like a restriction and are none."""
    if draft.subject_kind == SubjectKind.LISTED_USERS:
        return None
    for field in ("subject_users", "subject_groups"):
        if getattr(draft, field):
            return FieldError(
                field, gettext("These narrow nothing unless the subjects are “the users and groups listed”.")
            )
    return None


def subjects_are_not_all_privileged(draft: Draft) -> FieldError | None:
    """A list of administrators only, without the word that they are meant, covers nobody."""
    if not draft.permits or draft.privileged_subjects or draft.subject_groups:
        return None
    users = draft.subject_users
    if draft.subject_kind == SubjectKind.LISTED_USERS and users and all(map(is_privileged, users)):
        return FieldError(
            "subject_users", gettext("All of them are staff or superusers, whom this policy does not cover.")
        )
    return None


def is_privileged(user: Any) -> bool:
    """Whether a user is staff or superuser, in a user model that may know neither."""
    return bool(getattr(user, "is_staff", False) or getattr(user, "is_superuser", False))


def delegation_names_actors(draft: Draft) -> FieldError | None:
    """Delegation to nobody is no delegation."""
    if draft.permits and Way.DELEGATION in draft.ways and not draft.names_actors:
        return FieldError("actor_users", gettext("Name at least one actor: user, group or client."))
    return None


def actors_are_asked_for(draft: Draft) -> FieldError | None:
    """Actors without the way that asks for them look like a restriction and are none."""
    if not draft.permits or Way.DELEGATION in draft.ways or not draft.names_actors:
        return None
    return FieldError("ways", gettext("Actors are named below, but no chosen way takes an actor token."))


def impersonation_has_tokens(draft: Draft) -> FieldError | None:
    """Impersonation trades another client's token, which caller binding refuses unless one is named (INV-2)."""
    if not draft.permits or Way.WITHOUT_ACTOR not in draft.ways or draft.client is None:
        return None
    others = [client for client in draft.issuing_clients if client != draft.client]
    if others or draft.trusted_issuers or Target.objects.filter(owner=draft.client).exists():
        return None
    return FieldError(
        "issuing_clients",
        gettext("Impersonation takes other clients' tokens: name them, or make the client the owner of a target."),
    )


def deny_ignores_origin(draft: Draft) -> FieldError | None:
    """A deny policy covers tokens whoever they were issued to."""
    for field in ("issuing_clients", "trusted_issuers"):
        if not draft.permits and getattr(draft, field):
            return FieldError(field, gettext("A deny policy never looks at this: leave it empty."))
    return None


def scopes_are_understood(draft: Draft) -> FieldError | None:
    """A scope that no target understands is never granted, and denying it denies nothing."""
    if not draft.targets:
        return None
    understood = {scope for target in draft.targets for scope in target.scopes}
    if strange := sorted(set(draft.scopes) - understood):
        message = gettext("None of the targets understands: %(scopes)s") % {"scopes": ", ".join(strange)}
        return FieldError("scopes", message)
    return None


def scopes_are_known(draft: Draft) -> FieldError | None:
    """A scope that the authorization server does not offer this client is in none of its tokens."""
    if not draft.permits or draft.client is None:
        return None
    if unknown := sorted(set(draft.scopes) - scopes_known_for(draft.client, None)):
        message = gettext("This server offers the client no such scope: %(scopes)s") % {"scopes": ", ".join(unknown)}
        return FieldError("scopes", message)
    return None


RULES: Final[tuple[Rule, ...]] = (
    names_a_target,
    takes_some_tokens,
    tokens_can_come,
    subjects_can_come,
    lists_its_subjects,
    lists_no_idle_subjects,
    subjects_are_not_all_privileged,
    delegation_names_actors,
    actors_are_asked_for,
    impersonation_has_tokens,
    deny_ignores_origin,
    scopes_are_understood,
    scopes_are_known,
)
