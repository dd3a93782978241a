"""What a personal access token is refused for before it is made, whoever makes it: page, API or admin (INV-20)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from token_exchange.conf import token_exchange_settings
from token_exchange.models import PersonalAccessToken, Target
from token_exchange.models.policy_draft import FieldError
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalDraft:
    """A personal access token as somebody is about to make or renew it."""

    owner: Any
    name: str
    scopes: Sequence[str]
    targets: Sequence[Target]
    expires: datetime
    key: int | None = None
    """Primary key of the row that is renewed; None for a new one."""
    app: App | None = None
    """None where the owner asks without one."""


def latest_end() -> datetime:
    """Return the last moment at which a token that is made now may end."""
    return timezone.now() + timedelta(days=token_exchange_settings.personal_access_token_days)


def scopes_offered(owner: Any, targets: Iterable[Target]) -> frozenset[str]:
    """Return the scopes that these targets understand and that the owner may hand out."""
    return scope_rights.held_by(owner, _understood(targets) - NEVER_HANDED_OUT)


def _understood(targets: Iterable[Target]) -> set[str]:
    # What the site's scopes backend does not know, no exchange would grant.
    return {scope for target in targets for scope in target.scopes} & scope_descriptions().keys()


def name(draft: PersonalDraft) -> Iterator[FieldError]:
    """There is a name, it fits, and it holds nothing that would hide or reorder text."""
    if not draft.name.strip():
        yield FieldError("name", gettext("Give the token a name."))
    elif len(draft.name) > LONGEST_NAME:
        yield FieldError("name", gettext("At most %d characters.") % LONGEST_NAME)
    elif not draft.name.isprintable():
        yield FieldError("name", gettext("Use visible characters only."))


def free_name(draft: PersonalDraft) -> Iterator[FieldError]:
    """No other live token of the owner bears the name: whoever revokes by name must not miss."""
    live = PersonalAccessToken.objects.using(token_database()).filter(
        owner=draft.owner, revoked__isnull=True, expires__gt=timezone.now()
    )
    # Compared here: databases differ in what they take for the same text.
    taken = {name.strip().casefold() for key, name in live.values_list("pk", "name") if key != draft.key}
    if draft.name.strip().casefold() in taken:
        yield FieldError("name", gettext("There is a live token of this name already."))


def targets(draft: PersonalDraft) -> Iterator[FieldError]:
    """There is a target, and all of them are enabled: an empty list would be worth nothing."""
    if not draft.targets:
        yield FieldError("targets", gettext("Choose at least one target."))
    elif disabled := sorted(target.name for target in draft.targets if not target.enabled):
        yield FieldError("targets", gettext("Disabled: %s") % ", ".join(disabled))


def scopes(draft: PersonalDraft) -> Iterator[FieldError]:
    """There is a scope; a target understands each, and the owner may hand it out now (N05)."""
    if not draft.scopes:
        yield FieldError("scopes", gettext("Choose at least one scope."))
    asked = set(draft.scopes)
    if unknown := sorted(asked - _understood(draft.targets)):
        yield FieldError("scopes", gettext("None of the chosen targets understands: %s") % ", ".join(unknown))
    if beyond := sorted(asked - scopes_offered(draft.owner, draft.targets) - set(unknown)):
        yield FieldError("scopes", gettext("Beyond what the owner may hand out: %s") % ", ".join(beyond))


def app(draft: PersonalDraft) -> Iterator[FieldError]:
    """An app gives a script no scope and no target that its own token does not have."""
    if draft.app is None:
        return
    if beyond := sorted(set(draft.scopes) - draft.app.scopes):
        yield FieldError("scopes", gettext("Beyond what this app was given: %s") % ", ".join(beyond))
    if not draft.app.resources:
        return
    outside = [target.name for target in draft.targets if not draft.app.resources.issuperset(target.resources)]
    if outside:
        yield FieldError("targets", gettext("Not what this app's token is for: %s") % ", ".join(sorted(outside)))


def expiry(draft: PersonalDraft) -> Iterator[FieldError]:
    """It ends, later than now and within the site's maximum (N03)."""
    days = token_exchange_settings.personal_access_token_days
    if draft.expires <= timezone.now():
        yield FieldError("expires", gettext("This moment has passed."))
    elif draft.expires > latest_end():
        message = ngettext("At most %(count)d day from now.", "At most %(count)d days from now.", days)
        yield FieldError("expires", message % {"count": days})


Rule = Callable[[PersonalDraft], Iterator[FieldError]]

OF_NEW: Final[tuple[Rule, ...]] = (name, free_name, targets, scopes, app, expiry)
# What a renewed token may do was asked when it was made, and is asked again at every use.
OF_RENEWED: Final[tuple[Rule, ...]] = (free_name, app, expiry)


def objections_to(draft: PersonalDraft) -> list[FieldError]:
    """Return everything that there is to object to about making or renewing this token."""
    rules = OF_NEW if draft.key is None else OF_RENEWED
    return [error for rule in rules for error in rule(draft)]
