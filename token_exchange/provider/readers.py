"""Who in the toolkit reads a token's row as a person or as an answer, and what of ours takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import unwrap
from typing import Any, Final, NamedTuple

from oauth2_provider import decorators
from oauth2_provider.backends import OAuth2Backend
from oauth2_provider.middleware import OAuth2ExtraTokenMiddleware, OAuth2TokenMiddleware
from oauth2_provider.views import IntrospectTokenView

from token_exchange.provider import token_login
from token_exchange.provider.backend import TokenExchangeBackendMixin
from token_exchange.provider.validator import TokenExchangeValidatorMixin


class Replacement(NamedTuple):
    """A class of the toolkit, and ours for the sites that have it in their settings."""

    setting: str
    theirs: type[Any]
    mixin: type[Any]
    ours: type[Any]


REPLACEMENTS: Final = (
    Replacement("AUTHENTICATION_BACKENDS", OAuth2Backend, token_login.TokenBackendMixin, token_login.TokenBackend),
    Replacement("MIDDLEWARE", OAuth2TokenMiddleware, token_login.TokenMiddlewareMixin, token_login.TokenMiddleware),
    Replacement(
        "MIDDLEWARE",
        OAuth2ExtraTokenMiddleware,
        token_login.ExtraTokenMiddlewareMixin,
        token_login.ExtraTokenMiddleware,
    ),
)

PARTS: Final = (
    ("get_validator_class", "validator_class", TokenExchangeValidatorMixin),
    ("get_oauthlib_backend_class", "oauthlib_backend_class", TokenExchangeBackendMixin),
)
"""What a view of the toolkit takes from the settings, unless it names its own."""


def is_of_the_toolkit(found: type[Any]) -> bool:
    """True if a class is stock, so that a site that has it has none of its own to lose."""
    return found.__module__.partition(".")[0] in ("oauth2_provider", "oauthlib")


def introspects(view: Any) -> bool:
    """True if a view is the toolkit's introspection, or inherits from it."""
    return isinstance(view, type) and issubclass(view, IntrospectTokenView)


def own_parts(view: Any) -> Iterator[tuple[str, type[Any], type[Any]]]:
    """Yield each part that a view names for itself and that lacks our mixin: the attribute, the class, the mixin."""
    for method, attribute, mixin in PARTS:
        if getattr(view, attribute, None) is None or not hasattr(view, method):
            continue
        found = getattr(view, method)()
        if isinstance(found, type) and not issubclass(found, mixin):
            yield attribute, found, mixin


def stock_validator_of(callback: Any) -> type[Any] | None:
    """Return the validator of a function behind the toolkit's decorators, where it lacks our mixin.

    `protected_resource` and the like take the toolkit's validator, also where the settings name another one.
    """
    found = unwrap(callback, stop=_is_decorated)
    if not _is_decorated(found):
        return None
    cells = dict(zip(found.__code__.co_freevars, found.__closure__ or (), strict=False))
    validator = cells["validator_cls"].cell_contents if "validator_cls" in cells else None
    lacks = isinstance(validator, type) and not issubclass(validator, TokenExchangeValidatorMixin)
    return validator if lacks else None


def _is_decorated(function: Any) -> bool:
    code = getattr(function, "__code__", None)
    return code is not None and code.co_filename == decorators.__file__
