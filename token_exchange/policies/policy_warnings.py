"""Warn about a policy that is valid and was saved, but may not do what its administrator expects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from token_exchange.models.policy_rules import is_permit
from token_exchange.models.validation import Lists
from token_exchange.policies.validation import names_actors
from token_exchange.sts.policy import SubjectKind, Way


def warnings_about(row: Any, lists: Lists) -> Iterator[str]:
    """Yield the warnings to show to the user who has saved this policy with these lists."""
    if is_permit(row):
        yield from _about_permit(row, lists)
    elif (
        row.enabled
        and not row.report_only
        and not (row.client or names_actors(lists) or lists["targets"] or row.scopes)
    ):
        yield gettext("This policy names no client, actor, target or scope: it denies every exchange of its subjects.")
    if row.ends is not None and row.ends <= timezone.now():
        yield gettext("This policy has ended.")


def _is_narrowed(row: Any, lists: Lists) -> bool:
    return bool(row.client or names_actors(lists) or lists["targets"] or row.scopes)


def _about_permit(row: Any, lists: Lists) -> Iterator[str]:
    if Way.WITHOUT_ACTOR in row.ways:
        yield gettext("Without an actor: the tokens issued under this policy do not show who acts.")
    if row.privileged_subjects:
        yield gettext("This policy covers staff and superusers: an attacker can exchange their stolen tokens.")
    if not row.scopes:
        yield gettext("This policy grants no scope: its tokens identify their subject and authorize nothing.")
    yield from _without_effect(row, lists)


def _without_effect(row: Any, lists: Lists) -> Iterator[str]:
    """Yield the reasons why a permit permits nothing at present, although all of its fields are valid."""
    if lists["targets"] and not any(target.enabled for target in lists["targets"]):
        yield gettext("All targets of this policy are disabled: it permits nothing until one is enabled.")
    issuers = lists["trusted_issuers"]
    if issuers and not row.accepts_local_tokens and not any(issuer.enabled for issuer in issuers):
        yield gettext("All trusted issuers of this policy are disabled: it permits nothing until one is enabled.")
    if row.client is not None and not row.client.is_usable(None):
        yield gettext("The client of this policy is not usable: the policy permits nothing.")
    only_users = row.subject_kind == SubjectKind.LISTED_USERS and not lists["subject_groups"]
    if only_users and not any(user.is_active for user in lists["subject_users"]):
        yield gettext("All users of this policy are inactive: it permits nothing until one is active.")
