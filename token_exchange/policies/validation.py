"""Define the validation rules for the lists of a policy: users, groups, clients, issuers and targets.

`models.policy_rules` has the rules for its other fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext

from token_exchange.models import Target
from token_exchange.models.policy_rules import is_permit
from token_exchange.models.validation import FieldError, Lists, Rule
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
"""Types of the tokens that this server issues, and of the user names that it accepts in place of a token."""
KNOWN_TYPES: Final = LOCAL_TYPES | {JWT}


def names_actors(lists: Lists) -> bool:
    """Return True if the lists name any actor."""
    return bool(lists["actor_users"] or lists["actor_groups"] or lists["actor_clients"])


def permit_has_a_target(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require a target of a permit."""
    if is_permit(row) and not lists["targets"]:
        yield FieldError("targets", gettext("Choose at least one target. Without one, the policy permits nothing."))


def permit_accepts_tokens(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require of a permit that it accepts local tokens or those of a trusted issuer."""
    if is_permit(row) and not row.accepts_local_tokens and not lists["trusted_issuers"]:
        yield FieldError("accepts_local_tokens", gettext("Accept local tokens, or choose a trusted issuer."))


def token_types_are_available(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require that this server, or an issuer of the permit, issues a subject token type that the permit accepts."""
    if not is_permit(row) or not row.subject_token_types or any(permit_accepts_tokens(row, lists)):
        return
    local = LOCAL_TYPES if row.accepts_local_tokens else frozenset()
    external = {token_type for issuer in lists["trusted_issuers"] for token_type in issuer.token_types or ()}
    # A type that a site's own verifier accepts counts as local.
    custom = set(row.subject_token_types) - KNOWN_TYPES if row.accepts_local_tokens else set()
    if (local | external | custom).isdisjoint(row.subject_token_types):
        message = gettext(
            "No accepted issuer issues tokens of these types. Choose a trusted issuer that does, or another type."
        )
        yield FieldError("subject_token_types", message)


def subjects_are_available(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require trusted issuers for workloads, which are external, and local tokens for clients, which are local."""
    if not is_permit(row):
        return
    if row.subject_kind == SubjectKind.WORKLOADS and not lists["trusted_issuers"]:
        yield FieldError("trusted_issuers", gettext("Only trusted issuers have workloads. Choose one."))
    if row.subject_kind == SubjectKind.CLIENTS and not row.accepts_local_tokens:
        yield FieldError("accepts_local_tokens", gettext("Tokens of clients are local tokens. Accept them."))


def listed_subjects_exist(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require a user or group where the policy covers only those listed: with empty lists it has no subject."""
    if row.subject_kind == SubjectKind.LISTED_USERS and not (lists["subject_users"] or lists["subject_groups"]):
        yield FieldError("subject_users", gettext("List at least one user or group."))


def listed_subjects_have_effect(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse listed users and groups where the policy covers others too: they look like a restriction."""
    if row.subject_kind == SubjectKind.LISTED_USERS:
        return
    if field := next((name for name in ("subject_users", "subject_groups") if lists[name]), None):
        message = gettext("This has no effect unless the subjects are “the users and groups listed”.")
        yield FieldError(field, message)


def subjects_include_unprivileged(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse a permit that lists only privileged users and does not cover privileged users."""
    if not is_permit(row) or row.privileged_subjects or lists["subject_groups"]:
        return
    users = lists["subject_users"]
    if row.subject_kind == SubjectKind.LISTED_USERS and users and all(map(is_privileged, users)):
        message = gettext("All of these users are staff or superusers, whom this policy does not cover.")
        yield FieldError("subject_users", message)


def is_privileged(user: Any) -> bool:
    """Return True if a user is staff or a superuser; a swapped user model may lack either attribute."""
    return bool(getattr(user, "is_staff", False) or getattr(user, "is_superuser", False))


def delegation_has_actors(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require an actor where a permit delegates to the party of an actor token."""
    if is_permit(row) and Way.DELEGATION in row.ways and not names_actors(lists):
        yield FieldError("actor_users", gettext("Choose at least one actor: a user, a group or a client."))


def actors_have_effect(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse actors where no way of the permit takes an actor token: they look like a restriction."""
    if is_permit(row) and Way.DELEGATION not in row.ways and names_actors(lists):
        yield FieldError("ways", gettext("Actors are listed, but none of the chosen ways takes an actor token."))


def tokens_of_others_are_available(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require a source of other clients' tokens for “without an actor”: clients, issuers or an owned target."""
    if not is_permit(row) or Way.WITHOUT_ACTOR not in row.ways or row.client is None:
        return
    others = [client for client in lists["issued_to"] if client != row.client]
    if others or lists["trusted_issuers"] or Target.objects.filter(owner=row.client).exists():
        return
    message = gettext(
        "“Without an actor” exchanges other clients' tokens. Choose these clients, or make the client the owner of a "
        "target."
    )
    yield FieldError("issued_to", message)


def denial_has_only_lists_it_checks(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse a denial with lists that a denial never checks: it covers tokens of all clients and issuers."""
    ignored = ("issued_to", "trusted_issuers")
    if not is_permit(row) and (field := next((name for name in ignored if lists[name]), None)):
        yield FieldError(field, gettext("A deny policy does not check this. Leave it empty."))


def scopes_are_understood(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse scopes that no target understands: they can be neither granted nor denied."""
    understood = {scope for target in lists["targets"] for scope in target.scopes}
    if lists["targets"] and (unknown := sorted(set(row.scopes) - understood)):
        message = gettext("None of the targets understands these scopes: %(scopes)s")
        yield FieldError("scopes", message % {"scopes": ", ".join(unknown)})


def scopes_are_offered(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse scopes that the authorization server does not offer to the client."""
    if not is_permit(row) or row.client is None:
        return
    if unknown := sorted(set(row.scopes) - scopes_known_for(row.client, None)):
        message = gettext("This server does not offer these scopes to the client: %(scopes)s")
        yield FieldError("scopes", message % {"scopes": ", ".join(unknown)})


RULES: Final[tuple[Rule, ...]] = (
    permit_has_a_target,
    permit_accepts_tokens,
    token_types_are_available,
    subjects_are_available,
    listed_subjects_exist,
    listed_subjects_have_effect,
    subjects_include_unprivileged,
    delegation_has_actors,
    actors_have_effect,
    tokens_of_others_are_available,
    denial_has_only_lists_it_checks,
    scopes_are_understood,
    scopes_are_offered,
)
