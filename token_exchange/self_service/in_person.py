"""Whether whoever asks is the person, rather than somebody or something that acts for the person (INV-26)."""

from __future__ import annotations

from typing import Any

from token_exchange.provider.bearer import standing_of
from token_exchange.provider.personal_bearer import PersonalBearer


def asks(request: Any) -> bool:
    """Whether the request's user is there in person: by a session, or by the token of a direct login.

    `request.actor`, which our views set, and a site's middleware may set where one user has taken over the session of
    another, names somebody else. `request.auth` must be absent or a token of this server that no exchange issued, of
    this user: a personal access token, or one of another kind, is none.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_active:
        return False
    if getattr(request, "actor", None) is not None:
        return False
    credential = getattr(request, "auth", None)
    return credential is None or _is_of_direct_login(credential, user)


def _is_of_direct_login(credential: Any, user: Any) -> bool:
    standing = None if isinstance(credential, PersonalBearer) else standing_of(credential)
    return standing is not None and not standing.is_exchanged and credential.user_id == user.pk
