"""Validate a personal access token before it is made or renewed, by page or by API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from token_exchange.conf import token_exchange_settings
from token_exchange.models import PersonalAccessToken, Target
from token_exchange.models.validation import FieldError, Lists, Rule, errors_in
from token_exchange.people import scope_rights
from token_exchange.people.reserved import RESERVED_SCOPES
from token_exchange.toolkit.compat import scope_descriptions, token_database

NEVER_OFFERED: Final = RESERVED_SCOPES
"""Scopes that no token receives: a script must not introspect tokens or make new ones."""
LONGEST_NAME: Final = 100
"""The maximum length of a name, in characters: the width of its column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Hold the app that makes or renews the token for its user, and the limits of the app's own access token."""

    client: Any
    scopes: frozenset[str]
    resources: frozenset[str]
    """The resource URIs that the app's access token is restricted to; empty if it is not restricted."""


def latest_end() -> datetime:
    """Return the latest expiry that the site allows for a token made now."""
    return timezone.now() + timedelta(days=token_exchange_settings.personal_access_token_days)


def scopes_offered(owner: Any, targets: Iterable[Target]) -> frozenset[str]:
    """Return the scopes that these targets understand and that the owner's rights allow."""
    return scope_rights.held_by(owner, _understood(targets) - NEVER_OFFERED)


def _understood(targets: Iterable[Target]) -> set[str]:
    # No exchange grants a scope that the site's scopes backend does not list.
    return {scope for target in targets for scope in target.scopes} & scope_descriptions().keys()


def name_is_valid(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require a name of limited length, without characters that hide or reorder text."""
    if not row.name.strip():
        yield FieldError("name", gettext("Enter a name for the token."))
    elif len(row.name) > LONGEST_NAME:
        yield FieldError("name", gettext("Enter at most %d characters.") % LONGEST_NAME)
    elif not row.name.isprintable():
        yield FieldError("name", gettext("Use visible characters only."))


def name_is_free(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Refuse the name of another active token of the owner: an owner who revokes by name must find the right one."""
    active = PersonalAccessToken.objects.using(token_database()).filter(
        owner=row.owner, revoked__isnull=True, expires__gt=timezone.now()
    )
    # Compared in Python, because databases differ in which texts they treat as equal.
    taken = {name.strip().casefold() for key, name in active.values_list("pk", "name") if key != row.pk}
    if row.name.strip().casefold() in taken:
        yield FieldError("name", gettext("You already have an active token with this name."))


def targets_are_enabled(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require at least one target, and only enabled ones."""
    if not lists["targets"]:
        yield FieldError("targets", gettext("Choose at least one target."))
    elif disabled := sorted(target.name for target in lists["targets"] if not target.enabled):
        yield FieldError("targets", gettext("These targets are disabled: %s") % ", ".join(disabled))


def scopes_are_allowed(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require at least one scope, and only scopes that a target understands and the owner's rights allow now."""
    if not row.scopes:
        yield FieldError("scopes", gettext("Choose at least one scope."))
    asked = set(row.scopes)
    if unknown := sorted(asked - _understood(lists["targets"])):
        yield FieldError(
            "scopes", gettext("None of the chosen targets understands these scopes: %s") % ", ".join(unknown)
        )
    if beyond := sorted(asked - scopes_offered(row.owner, lists["targets"]) - set(unknown)):
        yield FieldError("scopes", gettext("The owner may not give these scopes to a token: %s") % ", ".join(beyond))


def within_app(app: App) -> Rule:
    """Return the rule that refuses every scope and target that the app's own access token does not have."""

    def rule(row: Any, lists: Lists) -> Iterator[FieldError]:
        if beyond := sorted(set(row.scopes) - app.scopes):
            yield FieldError(
                "scopes", gettext("The token of this app does not have these scopes: %s") % ", ".join(beyond)
            )
        others = [target.name for target in lists["targets"] if not app.resources.issuperset(target.resources)]
        if app.resources and others:
            yield FieldError(
                "targets",
                gettext("The token of this app is not valid for these targets: %s") % ", ".join(sorted(others)),
            )

    return rule


def expiry_is_allowed(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require an expiry that is later than now and not later than the site allows."""
    days = token_exchange_settings.personal_access_token_days
    if row.expires <= timezone.now():
        yield FieldError("expires", gettext("Enter a time in the future."))
    elif row.expires > latest_end():
        message = ngettext(
            "Enter a time at most %(count)d day from now.", "Enter a time at most %(count)d days from now.", days
        )
        yield FieldError("expires", message % {"count": days})


OF_NEW: Final[tuple[Rule, ...]] = (
    name_is_valid,
    name_is_free,
    targets_are_enabled,
    scopes_are_allowed,
    expiry_is_allowed,
)
# Targets and scopes of a renewed token were validated when it was made, and are limited again at every use.
OF_RENEWED: Final[tuple[Rule, ...]] = (name_is_free, expiry_is_allowed)


def errors_in_token(row: Any, lists: Lists, app: App | None = None) -> list[FieldError]:
    """Return all errors of a new or renewed token; `app` is None if the owner makes it without an app."""
    rules = OF_NEW if row.pk is None else OF_RENEWED
    return errors_in(row, lists, rules if app is None else (*rules, within_app(app)))
