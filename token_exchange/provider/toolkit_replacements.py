"""List the toolkit's classes that a site has to replace with ours, and find views that still use the toolkit's own.

The toolkit's classes accept any stored token: they would log in the user of an exchanged token, or show a token that is
no longer active. The system checks of `token_exchange.checks` report them.
"""

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
    """Pairs a class of the toolkit that settings may name with our mixin and our class."""

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
"""The getter and the attribute of each part that a view of the toolkit may define itself, with the mixin it needs."""


def is_of_the_toolkit(found: type[Any]) -> bool:
    """True if a class is from the toolkit or oauthlib, so that a site loses nothing of its own by replacing it."""
    return found.__module__.partition(".")[0] in ("oauth2_provider", "oauthlib")


def introspects(view: Any) -> bool:
    """True if a view is, or inherits from, the toolkit's introspection view."""
    return isinstance(view, type) and issubclass(view, IntrospectTokenView)


def parts_without_mixin(view: Any) -> Iterator[tuple[str, type[Any], type[Any]]]:
    """Yield the attribute, the class and the missing mixin of each part that a view defines without our mixin."""
    for method, attribute, mixin in PARTS:
        if getattr(view, attribute, None) is None or not hasattr(view, method):
            continue
        found = getattr(view, method)()
        if isinstance(found, type) and not issubclass(found, mixin):
            yield attribute, found, mixin


def validator_without_mixin(callback: Any) -> type[Any] | None:
    """Return the validator of a view under one of the toolkit's decorators, if it lacks our mixin; else None.

    `protected_resource` and similar decorators use the toolkit's validator even if the settings name another.
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
