"""Validate an impersonation permission before it is saved or enabled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext

from token_exchange.models.validation import FieldError, Lists, Rule
from token_exchange.sts.permission import ActAsMethod
from token_exchange.sts.policy import Effect


def is_permit(row: Any) -> bool:
    """Return True if the permission permits, False if it denies."""
    return bool(row.effect != Effect.DENY)


def denial_has_only_what_it_checks(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse a denial with fields that a denial never checks: they would mislead its reader."""
    for field in ("privileged_subjects", "approval_required"):
        if not is_permit(row) and getattr(row, field):
            yield FieldError(field, gettext("A denial does not check this. Leave it empty."))


def permit_has_its_lists(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require an actor, a subject, a client and a target of a permit: without one of them, it permits nothing."""
    if not is_permit(row):
        return
    if not (lists["actor_users"] or lists["actor_groups"] or lists["actor_clients"]):
        yield FieldError("actor_groups", gettext("Choose at least one actor: a user, a group or a client."))
    if not (lists["subject_users"] or lists["subject_groups"]):
        yield FieldError("subject_groups", gettext("Choose at least one subject: a user or a group."))
    if not lists["clients"]:
        yield FieldError("clients", gettext("Choose at least one client. Without one, no ticket can be exchanged."))
    if not lists["targets"]:
        yield FieldError("targets", gettext("Choose at least one target. Without one, nothing is permitted."))


def scopes_are_understood(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse scopes that no target of a permit understands."""
    known = {scope for target in lists["targets"] for scope in target.scopes}
    if is_permit(row) and lists["targets"] and (unknown := sorted(set(row.scopes) - known)):
        yield FieldError("scopes", gettext("None of the targets understands these scopes: %s") % ", ".join(unknown))


def methods_have_effect(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse approval together with actor tokens, and acting clients without them: clients cannot receive tickets."""
    by_token = ActAsMethod.ACTOR_TOKEN in row.methods
    if is_permit(row) and row.approval_required and by_token:
        message = gettext("Only tickets can be approved. Use a separate permission for actor tokens.")
        yield FieldError("methods", message)
    if is_permit(row) and lists["actor_clients"] and not by_token:
        message = gettext("Clients cannot receive tickets. Choose the actor token method, or remove the clients.")
        yield FieldError("actor_clients", message)


RULES: Final[tuple[Rule, ...]] = (
    denial_has_only_what_it_checks,
    permit_has_its_lists,
    scopes_are_understood,
    methods_have_effect,
)
