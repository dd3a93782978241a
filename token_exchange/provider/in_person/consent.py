"""Ask for consent at the authorization endpoint, unless a token of the user's own login shows earlier consent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from token_exchange.models import ExchangedToken
from token_exchange.toolkit.compat import access_token_model, is_registration_token, token_database, toolkit_setting

PROMPT: Final = "approval_prompt"


def require_consent_without_login_token(request: HttpRequest, client_id: str, scopes: Iterable[str]) -> None:
    """Show the consent page, unless the client holds a token with these scopes from the user's own login.

    With `approval_prompt=auto` the toolkit skips the page if it finds any token of the user for the client. With a
    token that an exchange issued, the client would obtain a login token: refreshable, without actor and limits.
    """
    if request.GET.get(PROMPT, toolkit_setting("REQUEST_APPROVAL_PROMPT")) != "auto":
        return
    if _has_agreed(request.user, client_id, list(scopes)):
        return
    changed = request.GET.copy()
    changed[PROMPT] = "force"
    request.GET = changed  # type: ignore[assignment]  # a copy is enough for the view


def _has_agreed(user: Any, client_id: str, scopes: list[str]) -> bool:
    using = token_database()
    held = access_token_model()._default_manager.using(using)
    tokens = [
        token
        for token in held.filter(user=user.pk, application__client_id=client_id, expires__gt=timezone.now())
        if token.allow_scopes(scopes) and not is_registration_token(token)
    ]
    fingerprints = {token.token_checksum for token in tokens}
    exchanged = ExchangedToken.objects.using(using).filter(fingerprint__in=fingerprints)
    return bool(fingerprints - set(exchanged.values_list("fingerprint", flat=True)))
