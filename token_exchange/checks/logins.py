"""A bearer token is not a login: a class that makes one the user of a request must know which tokens may be that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.module_loading import import_string

from token_exchange.checks.pasting import assignment, at_the_end, exchanged, mixed_in

NUMBERS = {"AUTHENTICATION_BACKENDS": "E020", "MIDDLEWARE": "E021"}


@register(Tags.security)
def check_logins(**kwargs: Any) -> list[CheckMessage]:
    """The toolkit's backend and middleware let a token of any exchange open everything that its user may open."""
    from token_exchange.provider.toolkit_replacements import REPLACEMENTS

    return [message for replacement in REPLACEMENTS for message in _stock(replacement)]


def _stock(replacement: Any) -> Iterator[CheckMessage]:
    from token_exchange.provider.toolkit_replacements import is_of_the_toolkit

    for path in getattr(settings, replacement.setting, ()):
        found = _loaded(path)
        if not issubclass(found, replacement.theirs) or issubclass(found, replacement.mixin):
            continue
        if is_of_the_toolkit(found):
            ours = f"{replacement.ours.__module__}.{replacement.ours.__name__}"
            hint = at_the_end("Use ours in its place.", exchanged(replacement.setting, path, ours))
        else:
            hint = mixed_in("Keep your class, and mix ours into it.", found, replacement.mixin)
        yield Error(
            f"{replacement.setting}: {path} makes any access token a login, also one that an exchange issued.",
            hint=hint,
            id=f"token_exchange.{NUMBERS[replacement.setting]}",
        )


def _loaded(path: str) -> type[Any]:
    try:
        found = import_string(path)
    except ImportError:  # Django itself will say so
        return object
    return found if isinstance(found, type) else object


@register(Tags.admin)
def check_application_admin(**kwargs: Any) -> list[CheckMessage]:
    """Without the panel, the page of an application does not say what the application may exchange."""
    from django.apps import apps

    if not apps.is_installed("django.contrib.admin"):
        return []
    from token_exchange.admin.application import TokenExchangeApplicationMixin
    from token_exchange.provider.toolkit_replacements import is_of_the_toolkit
    from token_exchange.toolkit.compat import toolkit_setting

    found = toolkit_setting("APPLICATION_ADMIN_CLASS")
    if issubclass(found, TokenExchangeApplicationMixin):
        return []
    line = assignment("OAUTH2_PROVIDER", "APPLICATION_ADMIN_CLASS", "token_exchange.admin.application.ApplicationAdmin")
    own = mixed_in("Keep your class, and mix ours into it.", found, TokenExchangeApplicationMixin)
    return [
        Warning(
            "APPLICATION_ADMIN_CLASS does not include TokenExchangeApplicationMixin: the page of an application does "
            "not say what it may exchange.",
            hint=at_the_end("Use ours.", line) if is_of_the_toolkit(found) else own,
            id="token_exchange.W003",
        )
    ]
