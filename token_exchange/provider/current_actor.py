"""Who acts in a request, in words for whoever looks at the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from token_exchange.provider.bearer import status_of
from token_exchange.provider.sessions import is_taken_over
from token_exchange.sts.parties import Party
from token_exchange.tokens.status import TokenStatus
from token_exchange.wording.names import name_of_user, names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Somebody acts for a request's user."""

    actor: str
    """A name to read; empty where the token does not say who it is."""
    subject: str


def acting_in(request: Any) -> Acting | None:
    """Return who acts for whom in a request, None where no sign says that anyone acts for its user.

    `request.actor` says it: a Party, which our authentication sets, or a user or a text, which a site's middleware
    may set where one user has taken over the session of another. Else the token in `request.auth` or
    `request.access_token` does, by any authentication, or what packages for taking over sessions leave behind; those
    do not name the actor.
    """
    if request is None:
        return None
    token = getattr(request, "auth", None) or getattr(request, "access_token", None)
    status = status_of(token)
    actor = getattr(request, "actor", None) or (status.actor if status else None)
    if actor is None and not (status and status.is_without_actor) and not is_taken_over(request):
        return None
    return Acting(actor=_name(actor), subject=_subject(request, status))


def _name(actor: Any) -> str:
    if actor is None:
        return ""
    if isinstance(actor, Party):
        return names_of([actor])[actor]
    return name_of_user(actor) if hasattr(actor, "get_username") else str(actor)


def _subject(request: Any, status: TokenStatus | None) -> str:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return name_of_user(user)
    return _name(status.subject) if status else ""
