"""What an impersonation permission is refused for, before it is saved or enabled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from token_exchange.models.policy_draft import FieldError
from token_exchange.sts.permission import ActAsMethod
from token_exchange.sts.policy import Effect

LISTS = ("actor_users", "actor_groups", "actor_clients", "subject_users", "subject_groups", "clients", "targets")


def stored_lists(row: Any) -> dict[str, Sequence[Any]]:
    """Return the related rows of a saved permission."""
    return {name: list(getattr(row, name).all()) for name in LISTS}


def errors_in(row: Any, lists: Mapping[str, Sequence[Any]]) -> list[FieldError]:
    """Return everything that speaks against this row with these lists, whoever saves it (`authority` asks by whom)."""
    if row.effect == Effect.DENY.value:
        return list(_against_denial(row))
    return [*_missing(row, lists), *_without_effect(row, lists)]


def _against_denial(row: Any) -> Iterator[FieldError]:
    # A denial that states what it never looks at would mislead its reader.
    for field in ("privileged_subjects", "approval_required"):
        if getattr(row, field):
            yield FieldError(field, gettext("A denial never looks at this: leave it empty."))


def _missing(row: Any, lists: Mapping[str, Sequence[Any]]) -> Iterator[FieldError]:
    if not (lists["actor_users"] or lists["actor_groups"] or lists["actor_clients"]):
        yield FieldError("actor_groups", gettext("Name somebody who acts, or nobody ever can."))
    if not (lists["subject_users"] or lists["subject_groups"]):
        yield FieldError("subject_groups", gettext("Name somebody who is acted for, or nobody ever is."))
    if not lists["clients"]:
        yield FieldError("clients", gettext("Name a client, or no ticket can ever be exchanged."))
    if not lists["targets"]:
        yield FieldError("targets", gettext("Name a target: without any there is nothing to do."))


def _without_effect(row: Any, lists: Mapping[str, Sequence[Any]]) -> Iterator[FieldError]:
    known = {scope for target in lists["targets"] for scope in target.scopes}
    if lists["targets"] and (unknown := sorted(set(row.scopes) - known)):
        yield FieldError("scopes", gettext("None of the targets understands: %s") % ", ".join(unknown))
    if row.approval_required and ActAsMethod.ACTOR_TOKEN.value in row.methods:
        yield FieldError(
            "methods",
            gettext("Without a ticket there is nothing to approve: leave delegation to a permission of its own."),
        )
    if lists["actor_clients"] and ActAsMethod.ACTOR_TOKEN.value not in row.methods:
        yield FieldError("actor_clients", gettext("Clients hold no tickets: they act by delegation only."))
