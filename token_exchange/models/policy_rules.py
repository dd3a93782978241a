"""Define the validation rules for the fields of a policy, which the model itself applies.

`policies.validation` has the rules for its many-to-many lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib.auth.hashers import check_password
from django.utils.translation import gettext

from token_exchange.models.validation import FieldError, Lists, Rule
from token_exchange.sts.policy import Effect, SubjectKind, Way
from token_exchange.sts.vocabulary import NEEDS_PERMISSION

DELEGATING: Final = frozenset({Way.CLIENT_ACTS, Way.DELEGATION, Way.BY_PERMISSION})
"""The ways that put an actor into the new token."""


def is_permit(row: Any) -> bool:
    """Return True if the policy permits, False if it denies."""
    return bool(row.effect == Effect.PERMIT)


def client_is_named(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require a client of a permit: a permit without one applies to no request."""
    if is_permit(row) and row.client is None:
        yield FieldError("client", gettext("A permit policy must name the client that may exchange."))


def client_can_authenticate(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse public clients and blank secrets, as the token endpoint does."""
    if not is_permit(row) or row.client is None:
        return
    if row.client.client_type != row.client.CLIENT_CONFIDENTIAL:
        yield FieldError("client", gettext("This client is public. Only confidential clients may exchange tokens."))
    elif has_blank_secret(row.client):
        yield FieldError("client", gettext("This client has a blank secret. Set a secret before it may exchange."))


def has_blank_secret(client: Any) -> bool:
    """Return True if the client's secret is empty; the toolkit stores the hash of an empty secret too."""
    return not client.client_secret or check_password("", client.client_secret)


def permit_has_a_way(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require a way of a permit: a permit without one permits nothing."""
    if is_permit(row) and not row.ways:
        yield FieldError("ways", gettext("Choose at least one way. Without one, the policy permits nothing."))


def ways_are_reachable(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse a way that is never chosen, because the way in which the calling client becomes the actor precedes it."""
    without_actor = {Way.SAME_SUBJECT, Way.WITHOUT_ACTOR}.intersection(row.ways)
    if Way.CLIENT_ACTS in row.ways and without_actor and row.subject_kind != SubjectKind.CLIENTS:
        message = gettext(
            "Where the calling client becomes the actor, “same subject” and “without an actor” have no effect. "
            "Choose one of them, and write a second policy for the other."
        )
        yield FieldError("ways", message)


def permission_has_its_token_types(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require that tickets and user names go together with the way “by permission”."""
    if not is_permit(row) or not row.ways:
        return
    on_behalf = NEEDS_PERMISSION.intersection(row.subject_token_types)
    if on_behalf and Way.BY_PERMISSION not in row.ways:
        message = gettext("Impersonation tickets and user names require the way “by permission”. Choose it as well.")
        yield FieldError("ways", message)
    if not on_behalf and Way.BY_PERMISSION in row.ways:
        message = gettext("The way “by permission” requires impersonation tickets or user names as subject tokens.")
        yield FieldError("ways", message)


def chain_has_room(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require a maximum of at least one actor if the permit delegates: zero would refuse every delegation."""
    if is_permit(row) and not DELEGATING.isdisjoint(row.ways) and row.max_chain_depth < 1:
        yield FieldError("max_chain_depth", gettext("Delegation adds an actor. Allow at least 1."))


def may_act_is_without_actor(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse `may_act` with a delegating way: a token with both `act` and `may_act` is refused at its next use."""
    if is_permit(row) and row.may_act is not None and not DELEGATING.isdisjoint(row.ways):
        message = gettext("A delegated token cannot restrict who acts next. Leave this empty, or choose other ways.")
        yield FieldError("may_act", message)


def anyone_is_denied_only(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse a permit for any subject: it would also cover clients and workloads, perhaps without intention."""
    if is_permit(row) and row.subject_kind == SubjectKind.ANYONE:
        yield FieldError("subject_kind", gettext("Only a deny policy may cover anyone. Choose other subjects."))


def period_ends_after_it_begins(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse a period that ends before it begins."""
    if row.begins and row.ends and row.ends <= row.begins:
        yield FieldError("ends", gettext("The end must be later than the beginning."))


def denial_has_only_what_it_checks(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse a denial with fields that a denial never checks: they would mislead its reader."""
    ignored = ("ways", "may_act", "privileged_subjects")
    if not is_permit(row) and (field := next((name for name in ignored if getattr(row, name)), None)):
        yield FieldError(field, gettext("A deny policy does not check this. Leave it empty."))


RULES: Final[tuple[Rule, ...]] = (
    client_is_named,
    client_can_authenticate,
    permit_has_a_way,
    ways_are_reachable,
    permission_has_its_token_types,
    chain_has_room,
    may_act_is_without_actor,
    anyone_is_denied_only,
    period_ends_after_it_begins,
    denial_has_only_what_it_checks,
)
