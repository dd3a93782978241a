"""Check the backends and middleware that make a bearer token the user of a request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

from token_exchange.checks.pasting import at_the_end, mixed_in, replacement

NUMBERS = {"AUTHENTICATION_BACKENDS": "E020", "MIDDLEWARE": "E021"}


@register(Tags.security)
def check_logins(**kwargs: Any) -> list[CheckMessage]:
    """Report the toolkit's classes: they let every exchanged token open all pages that its user may open."""
    from token_exchange.provider.toolkit_replacements import REPLACEMENTS

    return [message for one in REPLACEMENTS for message in _without_mixin(one)]


def _without_mixin(one: Any) -> Iterator[CheckMessage]:
    from token_exchange.provider.toolkit_replacements import is_of_the_toolkit

    for path in getattr(settings, one.setting, ()):
        found = _loaded(path)
        if not issubclass(found, one.theirs) or issubclass(found, one.mixin):
            continue
        if is_of_the_toolkit(found):
            ours = f"{one.ours.__module__}.{one.ours.__name__}"
            hint = at_the_end("Use our class instead.", replacement(one.setting, path, ours))
        else:
            hint = mixed_in("Keep your class, and add our mixin.", found, one.mixin)
        yield Error(
            f"{one.setting}: {path} logs in the user of any access token, even of an exchanged one.",
            hint=hint,
            id=f"token_exchange.{NUMBERS[one.setting]}",
        )


def _loaded(path: str) -> type[Any]:
    try:
        found = import_string(path)
    except ImportError:  # Django reports that itself
        return object
    return found if isinstance(found, type) else object
