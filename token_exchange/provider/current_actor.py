"""Find the party that acts for the user of a request, and its name for the banner on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from token_exchange.provider.bearer_requests.bearer_token import status_of
from token_exchange.provider.in_person.sessions import is_taken_over
from token_exchange.sts.parties import Party
from token_exchange.tokens.status import TokenStatus
from token_exchange.wording.names import name_of_user, names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Holds the names of an actor and of the user whom the actor acts for."""

    actor: str
    """The name of the actor; empty if the token does not say who the actor is."""
    subject: str


def acting_in(request: Any) -> Acting | None:
    """Return who acts for whom in a request, None if nothing shows that another party acts for its user.

    The actor is in `request.actor`: a `Party`, which our authentication sets, or a user or a text, which a site's
    middleware may set if one user has taken over the session of another. Without it, the token in `request.auth` or
    `request.access_token` names the actor, also if a class of the site has set it. Packages for taking over sessions
    leave only a mark, without the name of the actor.
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
