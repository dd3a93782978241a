"""Find the views that the site's URLs reach, under any prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils.regex_helper import normalize

SAMPLES: Final = ("1", "a", "00000000-0000-0000-0000-000000000000")
"""Values for the parameters of a path; each of Django's converters accepts one of them."""


class Reached(NamedTuple):
    """Holds a view and a path to it, with a sample in place of each parameter."""

    path: str
    callback: Any

    @property
    def view(self) -> Any:
        """Return the class of the view, or its function."""
        return getattr(self.callback, "view_class", self.callback)


def reached_views(concern: Callable[[Any], bool]) -> Iterator[Reached]:
    """Yield the views for which `concern` is true, except those that an earlier URL pattern hides."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return
    for pattern, callback in _views(get_resolver().url_patterns, ""):
        path = _path_to(pattern, callback) if concern(callback) else None
        if path is not None:
            yield Reached(path, callback)


def _views(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Any]]:
    for one in patterns:
        pattern = prefix + one.pattern.regex.pattern.removeprefix("^")
        if isinstance(one, URLResolver):
            yield from _views(one.url_patterns, pattern)
        else:
            yield pattern, one.callback


def _path_to(pattern: str, callback: Any) -> str | None:
    """Return a path to the view, None if another view answers there; if no sample fits, the view counts as reached."""
    paths = [f"/{path}" for path in _paths(pattern)]
    answers = [(path, found) for path in paths if (found := _answering(path)) is not None]
    if not answers:
        return paths[0] if paths else "/"
    return next((path for path, found in answers if found is callback), None)


def _paths(pattern: str) -> Iterator[str]:
    for template, names in normalize(pattern):
        yield from (template % dict.fromkeys(names, sample) for sample in (SAMPLES if names else SAMPLES[:1]))


def _answering(path: str) -> Any:
    try:
        return resolve(path).func
    except Resolver404:
        return None
