"""Consent at the authorization endpoint: only the tokens of a user's own logins show that the user agreed before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from token_exchange.models import ExchangedToken
from token_exchange.toolkit.compat import access_token_model, is_registration_token, token_database, toolkit_setting

PROMPT: Final = "approval_prompt"


def ask_where_no_login_agreed(request: HttpRequest, client_id: str, scopes: Iterable[str]) -> None:
    """Demand the consent page, unless a login of the user gave these scopes to the client.

    With `approval_prompt=auto` the toolkit skips the page where it finds any token of the user for the client. One
    that an exchange issued would become a direct login: with a refresh token, and without its actor and its limits.
    """
    if request.GET.get(PROMPT, toolkit_setting("REQUEST_APPROVAL_PROMPT")) != "auto":
        return
    if _agreed(request.user, client_id, list(scopes)):
        return
    asked = request.GET.copy()
    asked[PROMPT] = "force"
    request.GET = asked  # type: ignore[assignment]  # a copy serves the view as well


def _agreed(user: Any, client_id: str, scopes: list[str]) -> bool:
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
