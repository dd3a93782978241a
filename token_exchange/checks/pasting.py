"""Write the hints of the checks: a sentence, and lines that can be pasted at the end of the settings."""

from __future__ import annotations

from pprint import pformat
from typing import Any

from django.conf import settings


def assignment(setting: str, name: str, value: Any) -> str:
    """Return the line that sets one key of a dictionary in the settings, even if that dictionary is not defined."""
    if isinstance(getattr(settings, setting, None), dict):
        return f"{setting}[{_literal(name)}] = {_literal(value)}"
    # Several such lines may be pasted, so the second must not overwrite the first.
    return f"{setting} = (globals().get({_literal(setting)}) or {{}}) | {{{_literal(name)}: {_literal(value)}}}"


def replacement(setting: str, theirs: str, ours: str) -> str:
    """Return the line that replaces one dotted path by another in a list of the settings."""
    return f"{setting} = [{{{_literal(theirs)}: {_literal(ours)}}}.get(path, path) for path in {setting}]"


def mixed_in(sentence: str, found: type[Any], mixin: type[Any]) -> str:
    """Return a hint to make our mixin the first base of the site's own class, which must not be replaced."""
    bases = ", ".join([mixin.__name__, *(base.__name__ for base in found.__bases__ if base is not object)])
    return "\n".join(
        [
            f"{sentence} Write in {found.__module__}:",
            f"from {mixin.__module__} import {mixin.__name__}",
            f"class {found.__name__}({bases}):",
        ]
    )


def removal(setting: str, *path: str) -> str:
    """Return the line that removes a key from a dictionary of the settings; it may be pasted twice."""
    *outer, name = map(_literal, path)
    return f"{setting}{''.join(f'[{key}]' for key in outer)}.pop({name}, None)"


def at_the_end(sentence: str, *lines: str) -> str:
    """Return a hint of this sentence, with lines to add at the end of the settings."""
    return "\n".join([f"{sentence} Add at the end of your settings:", *lines])


def _literal(value: Any) -> str:
    if isinstance(value, str) and '"' not in value:
        return f'"{value}"'
    return pformat(value, width=100)
