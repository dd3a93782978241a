"""Lines that work where they are pasted: at the end of the site's settings."""

from __future__ import annotations

from pprint import pformat
from typing import Any

from django.conf import settings


def assignment(setting: str, name: str, value: Any) -> str:
    """Return the line that sets one name in a dictionary of the settings, whether or not the site has it."""
    if isinstance(getattr(settings, setting, None), dict):
        return f"{setting}[{_literal(name)}] = {_literal(value)}"
    # Several such lines may be pasted, and the second must not undo the first.
    return f"{setting} = (globals().get({_literal(setting)}) or {{}}) | {{{_literal(name)}: {_literal(value)}}}"


def exchanged(setting: str, theirs: str, ours: str) -> str:
    """Return the line that puts one dotted path into the place of another in a list of the settings."""
    return f"{setting} = [{{{_literal(theirs)}: {_literal(ours)}}}.get(path, path) for path in {setting}]"


def mixed_in(sentence: str, found: type[Any], mixin: type[Any]) -> str:
    """Return a hint for a class of the site's own: ours must not take its place, but become the first of its bases."""
    bases = ", ".join([mixin.__name__, *(base.__name__ for base in found.__bases__ if base is not object)])
    return "\n".join(
        [
            f"{sentence} Write in {found.__module__}:",
            f"from {mixin.__module__} import {mixin.__name__}",
            f"class {found.__name__}({bases}):",
        ]
    )


def removal(setting: str, *path: str) -> str:
    """Return the line that takes a name out of a dictionary of the settings; it may be pasted twice."""
    *outer, name = map(_literal, path)
    return f"{setting}{''.join(f'[{key}]' for key in outer)}.pop({name}, None)"


def at_the_end(sentence: str, *lines: str) -> str:
    """Return a hint."""
    return "\n".join([f"{sentence} Paste at the end of your settings:", *lines])


def _literal(value: Any) -> str:
    if isinstance(value, str) and '"' not in value:
        return f'"{value}"'
    return pformat(value, width=100)
