"""Check the names and values in TOKEN_EXCHANGE, and that its verifiers can be loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

from token_exchange.checks.pasting import at_the_end, removal
from token_exchange.conf import DEFAULT_VERIFIERS, KNOWN_SETTINGS
from token_exchange.conf.setting import configured

SETTING = "TOKEN_EXCHANGE"


@register(Tags.security)
def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Report unknown names and invalid values: with a misspelt one, the site would silently get the default."""
    values = configured()
    verifiers = values.get("VERIFIERS", {})
    return [
        *_unknown(values),
        *_unfit(values),
        *_unbound(values),
        *(_verifiers(verifiers) if KNOWN_SETTINGS["VERIFIERS"].fits(verifiers) else ()),
    ]


def _unknown(values: dict[str, Any]) -> Iterator[CheckMessage]:
    for name in sorted(values.keys() - KNOWN_SETTINGS.keys()):
        yield Error(
            f"{SETTING} has an unknown name, {name!r}.",
            hint=at_the_end(f"Valid names are {', '.join(sorted(KNOWN_SETTINGS))}.", removal(SETTING, name)),
            id="token_exchange.E006",
        )


def _unfit(values: dict[str, Any]) -> Iterator[CheckMessage]:
    for name, setting in KNOWN_SETTINGS.items():
        if name in values and not setting.fits(values[name]):
            yield Error(
                f"{SETTING}[{name!r}] must be {setting.must_be}.",
                hint=at_the_end("Correct the value, or remove it to use the default.", removal(SETTING, name)),
                id="token_exchange.E011",
            )


def _unbound(values: dict[str, Any]) -> Iterator[CheckMessage]:
    credentials = values.get("CREDENTIALS", {})
    if not KNOWN_SETTINGS["CREDENTIALS"].fits(credentials):
        return
    for name, value in credentials.items():
        if isinstance(value, dict):
            continue
        pair = f"{SETTING}['CREDENTIALS'][{name!r}]"
        advice = "Without a host, any row of an issuer can send them anywhere. Replace HOST by the introspection host."
        line = f"{pair} = dict(zip(('client_id', 'client_secret', 'host'), (*{pair}, 'HOST'), strict=True))"
        yield Error(
            f"{SETTING}['CREDENTIALS'][{name!r}] must name a host.",
            hint=at_the_end(advice, line),
            id="token_exchange.E013",
        )


def _verifiers(verifiers: dict[str, str]) -> Iterator[CheckMessage]:
    for token_type, path in verifiers.items():
        # RFC 8693 §3: the IETF defines the names below urn:ietf:, so a site must not give them another meaning.
        if token_type.startswith("urn:ietf:") and path != DEFAULT_VERIFIERS.get(token_type):
            message, number = f"VERIFIERS must not redefine {token_type}.", "E007"
            advice = "Use a URI of your own for your own kind of token."
        elif error := _loading_error(path):
            message, number = f"VERIFIERS[{token_type!r}] cannot be used: {error}", "E008"
            advice = "Name a class with the method verify(token, now)."
        else:
            continue
        hint = at_the_end(advice, removal(SETTING, "VERIFIERS", token_type))
        yield Error(message, hint=hint, id=f"token_exchange.{number}")


def _loading_error(path: str) -> str:
    try:
        verifier = import_string(path)
    except ImportError as error:
        return str(error)
    return "" if callable(getattr(verifier, "verify", None)) else f"{path} has no verify()"
