"""Check that the toolkit's server, validator and backend are ours, or have our mixins."""

from __future__ import annotations

from typing import Any, Final

from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

from token_exchange.checks.pasting import assignment, at_the_end, mixed_in, removal

PROVIDER: Final = "token_exchange.provider"

PARTS: Final = (
    ("E001", "OAUTH2_SERVER_CLASS", "server.TokenExchangeServer"),
    ("E002", "OAUTH2_VALIDATOR_CLASS", "validator.TokenExchangeValidator"),
    ("E003", "OAUTH2_BACKEND_CLASS", "backend.TokenExchangeBackend"),
)


@register(Tags.security)
def check_wiring(**kwargs: Any) -> list[CheckMessage]:
    """Report classes without our mixins: the grant would be missing, or inactive tokens would be accepted."""
    from token_exchange.toolkit.compat import toolkit_setting

    return [
        _without_mixin(number, setting, part)
        for number, setting, part in PARTS
        if not issubclass(toolkit_setting(setting), import_string(f"{PROVIDER}.{part}Mixin"))
    ]


def _without_mixin(number: str, setting: str, part: str) -> CheckMessage:
    from token_exchange.provider.toolkit_replacements import is_of_the_toolkit
    from token_exchange.toolkit.compat import toolkit_setting

    mixin, found = import_string(f"{PROVIDER}.{part}Mixin"), toolkit_setting(setting)
    lines = server_lines() if setting == "OAUTH2_SERVER_CLASS" else [_naming(setting, part)]
    hint = at_the_end(f"Use our class, which is the toolkit's with {mixin.__module__}.{mixin.__name__}.", *lines)
    if not is_of_the_toolkit(found):
        hint = mixed_in("Keep your class, and add our mixin.", found, mixin)
    return Error(f"{setting} does not include {mixin.__name__}.", hint=hint, id=f"token_exchange.{number}")


@register(Tags.security)
def check_one_server(**kwargs: Any) -> list[CheckMessage]:
    """Report an OAUTH2_SERVER_CLASS without OpenID Connect: the toolkit prefers it to OIDC_SERVER_CLASS."""
    from token_exchange.provider.server import speaks_openid_connect
    from token_exchange.toolkit.compat import toolkit_setting

    if not toolkit_setting("OIDC_ENABLED") or speaks_openid_connect(toolkit_setting("OAUTH2_SERVER_CLASS")):
        return []
    return [
        Error(
            "OIDC_ENABLED is True, but OAUTH2_SERVER_CLASS names a server without OpenID Connect.",
            hint=at_the_end(
                "Set OIDC_SERVER_CLASS only: OAUTH2_SERVER_CLASS takes precedence over it.", *server_lines()
            ),
            id="token_exchange.E004",
        )
    ]


def server_lines() -> list[str]:
    """Return the lines for the settings that make the toolkit use our server."""
    from token_exchange.toolkit.compat import toolkit_setting

    if not toolkit_setting("OIDC_ENABLED"):
        return [_naming("OAUTH2_SERVER_CLASS", "server.TokenExchangeServer")]
    return [
        removal("OAUTH2_PROVIDER", "OAUTH2_SERVER_CLASS"),
        _naming("OIDC_SERVER_CLASS", "server.OIDCTokenExchangeServer"),
    ]


def _naming(setting: str, part: str) -> str:
    return assignment("OAUTH2_PROVIDER", setting, f"{PROVIDER}.{part}")
