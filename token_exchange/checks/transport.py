"""Tokens travel encrypted (RFC 8693 §6)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from token_exchange.checks.pasting import assignment, at_the_end
from token_exchange.conf import token_exchange_settings


@register(Tags.security, deploy=True)
def check_transport(**kwargs: Any) -> list[CheckMessage]:
    """What a developer may switch off must be on where it counts."""
    if token_exchange_settings.require_https:
        return []
    # A developer's machine has no TLS, and its checks have to pass; with DEBUG on, Django warns of more than this.
    level = Warning if settings.DEBUG else Error
    return [
        level(
            "Token exchange is accepted over plain HTTP.",
            hint=at_the_end("It is on by default, unless DEBUG.", assignment("TOKEN_EXCHANGE", "REQUIRE_HTTPS", True)),
            id="token_exchange.E009",
        )
    ]
