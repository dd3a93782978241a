"""Check that token exchange requires HTTPS (RFC 8693 §6)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from token_exchange.checks.pasting import assignment, at_the_end
from token_exchange.conf import token_exchange_settings


@register(Tags.security, deploy=True)
def check_transport(**kwargs: Any) -> list[CheckMessage]:
    """Report, before deployment, that exchanges over plain HTTP are accepted."""
    if token_exchange_settings.require_https:
        return []
    # With DEBUG this is only a warning: a developer's machine usually has no TLS, and its checks have to pass.
    level = Warning if settings.DEBUG else Error
    return [
        level(
            "Token exchange is accepted over plain HTTP.",
            hint=at_the_end(
                "Require HTTPS, as is the default without DEBUG.", assignment("TOKEN_EXCHANGE", "REQUIRE_HTTPS", True)
            ),
            id="token_exchange.E009",
        )
    ]
