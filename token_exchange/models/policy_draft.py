"""A policy as somebody is about to save it, whether it comes from a form or from the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from token_exchange.sts.policy import Effect, Way

DELEGATING = frozenset({Way.CLIENT_ACTS, Way.DELEGATION, Way.BY_PERMISSION})


@dataclass(frozen=True, slots=True)
class FieldError:
    """Why a draft is refused, and the field that has to change."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The fields of a policy, lists of rows included, before anything of it is stored."""

    effect: str
    report_only: bool
    enabled: bool
    client: Any
    begins: datetime | None
    ends: datetime | None
    subject_token_types: Sequence[str]
    takes_local_tokens: bool
    subject_kind: str
    privileged_subjects: bool
    ways: frozenset[str]
    max_chain_depth: int
    scopes: Sequence[str]
    may_act: Any
    issuing_clients: Sequence[Any] = ()
    trusted_issuers: Sequence[Any] = ()
    subject_users: Sequence[Any] = ()
    subject_groups: Sequence[Any] = ()
    actor_users: Sequence[Any] = ()
    actor_groups: Sequence[Any] = ()
    actor_clients: Sequence[Any] = ()
    targets: Sequence[Any] = ()

    @property
    def permits(self) -> bool:
        """Whether this is a permit policy."""
        return self.effect == Effect.PERMIT

    @property
    def delegates(self) -> bool:
        """Whether one of its ways puts an actor into the issued token."""
        return not self.ways.isdisjoint(DELEGATING)

    @property
    def names_actors(self) -> bool:
        """Whether anybody is named as an actor."""
        return bool(self.actor_users or self.actor_groups or self.actor_clients)


Rule = Callable[[Draft], FieldError | None]
"""Looks at a draft and objects to one thing, or not."""

FIELDS = (
    "effect",
    "report_only",
    "enabled",
    "client",
    "begins",
    "ends",
    "subject_token_types",
    "takes_local_tokens",
    "subject_kind",
    "privileged_subjects",
    "max_chain_depth",
    "may_act",
)
LISTS = (
    "issuing_clients",
    "trusted_issuers",
    "subject_users",
    "subject_groups",
    "actor_users",
    "actor_groups",
    "actor_clients",
    "targets",
)


def drafted(policy: Any, lists: Mapping[str, Sequence[Any]]) -> Draft:
    """Return the draft that a policy's own fields and these lists of related rows make."""
    values: dict[str, Any] = {name: getattr(policy, name) for name in FIELDS}
    return Draft(**{**values, **lists, "ways": frozenset(policy.ways), "scopes": list(policy.scopes)})


def stored_lists(policy: Any) -> dict[str, Sequence[Any]]:
    """Return the related rows of a saved policy."""
    return {name: list(getattr(policy, name).all()) for name in LISTS}


def errors_in(draft: Draft, rules: Sequence[Rule]) -> list[FieldError]:
    """Return everything that the rules object to."""
    found = (rule(draft) for rule in rules)
    return [error for error in found if error is not None]
