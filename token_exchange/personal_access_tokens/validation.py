"""What a personal access token is refused for before it is made, whoever makes it: page, API or admin (INV-20)."""

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

NEVER_HANDED_OUT: Final = RESERVED_SCOPES
"""A token for a script neither looks into other tokens nor makes new ones (INV-26)."""
LONGEST_NAME: Final = 100
"""Characters, as many as the column holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The app that asks for its user, and what its own token may do."""

    client: Any
    scopes: frozenset[str]
    resources: frozenset[str]
    """Resource URIs to which its token is restricted; none of them is no restriction."""


def latest_end() -> datetime:
    """Return the last moment at which a token that is made now may end."""
    return timezone.now() + timedelta(days=token_exchange_settings.personal_access_token_days)


def scopes_offered(owner: Any, targets: Iterable[Target]) -> frozenset[str]:
    """Return the scopes that these targets understand and that the owner may hand out."""
    return scope_rights.held_by(owner, _understood(targets) - NEVER_HANDED_OUT)


def _understood(targets: Iterable[Target]) -> set[str]:
    # What the site's scopes backend does not know, no exchange would grant.
    return {scope for target in targets for scope in target.scopes} & scope_descriptions().keys()


def name(row: Any, lists: Lists) -> Iterator[FieldError]:
    """There is a name, it fits, and it holds nothing that would hide or reorder text."""
    if not row.name.strip():
        yield FieldError("name", gettext("Give the token a name."))
    elif len(row.name) > LONGEST_NAME:
        yield FieldError("name", gettext("At most %d characters.") % LONGEST_NAME)
    elif not row.name.isprintable():
        yield FieldError("name", gettext("Use visible characters only."))


def free_name(row: Any, lists: Lists) -> Iterator[FieldError]:
    """No other live token of the owner bears the name: whoever revokes by name must not miss."""
    live = PersonalAccessToken.objects.using(token_database()).filter(
        owner=row.owner, revoked__isnull=True, expires__gt=timezone.now()
    )
    # Compared here: databases differ in what they take for the same text.
    taken = {name.strip().casefold() for key, name in live.values_list("pk", "name") if key != row.pk}
    if row.name.strip().casefold() in taken:
        yield FieldError("name", gettext("There is a live token of this name already."))


def targets(row: Any, lists: Lists) -> Iterator[FieldError]:
    """There is a target, and all of them are enabled: an empty list would be worth nothing."""
    if not lists["targets"]:
        yield FieldError("targets", gettext("Choose at least one target."))
    elif disabled := sorted(target.name for target in lists["targets"] if not target.enabled):
        yield FieldError("targets", gettext("Disabled: %s") % ", ".join(disabled))


def scopes(row: Any, lists: Lists) -> Iterator[FieldError]:
    """There is a scope; a target understands each, and the owner may hand it out now (N05)."""
    if not row.scopes:
        yield FieldError("scopes", gettext("Choose at least one scope."))
    asked = set(row.scopes)
    if unknown := sorted(asked - _understood(lists["targets"])):
        yield FieldError("scopes", gettext("None of the chosen targets understands: %s") % ", ".join(unknown))
    if beyond := sorted(asked - scopes_offered(row.owner, lists["targets"]) - set(unknown)):
        yield FieldError("scopes", gettext("Beyond what the owner may hand out: %s") % ", ".join(beyond))


def within_app(app: App) -> Rule:
    """Return the rule that an app gives a script no scope and no target that its own token does not have."""

    def rule(row: Any, lists: Lists) -> Iterator[FieldError]:
        if beyond := sorted(set(row.scopes) - app.scopes):
            yield FieldError("scopes", gettext("Beyond what this app was given: %s") % ", ".join(beyond))
        others = [target.name for target in lists["targets"] if not app.resources.issuperset(target.resources)]
        if app.resources and others:
            yield FieldError("targets", gettext("Not what this app's token is for: %s") % ", ".join(sorted(others)))

    return rule


def expiry(row: Any, lists: Lists) -> Iterator[FieldError]:
    """It ends, later than now and within the site's maximum (N03)."""
    days = token_exchange_settings.personal_access_token_days
    if row.expires <= timezone.now():
        yield FieldError("expires", gettext("This moment has passed."))
    elif row.expires > latest_end():
        message = ngettext("At most %(count)d day from now.", "At most %(count)d days from now.", days)
        yield FieldError("expires", message % {"count": days})


OF_NEW: Final[tuple[Rule, ...]] = (name, free_name, targets, scopes, expiry)
# What a renewed token may do was validated when it was made, and is validated again at every use.
OF_RENEWED: Final[tuple[Rule, ...]] = (free_name, expiry)


def errors_in_token(row: Any, lists: Lists, app: App | None = None) -> list[FieldError]:
    """Return every error in a new or renewed token; `app` is the app that asks for the owner, if any."""
    rules = OF_NEW if row.pk is None else OF_RENEWED
    return errors_in(row, lists, rules if app is None else (*rules, within_app(app)))
