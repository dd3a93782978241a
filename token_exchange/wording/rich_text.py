"""Keep stored names apart from the translated text around them, so that HTML can escape and mark them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

MANY: Final = 6
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")


class Name(str):
    """Mark a stored text that a user typed, as opposed to the words of a template."""

    __slots__ = ()


Phrase = tuple[str, ...]
"""Words and names in reading order."""


def phrase(template: str, **values: str | Phrase) -> Phrase:
    """Return a translated template with its `%(name)s` placeholders replaced."""
    return tuple(_pieces(template, values))


def _pieces(template: str, values: dict[str, str | Phrase]) -> Iterator[str]:
    for index, piece in enumerate(_PLACEHOLDER.split(template)):
        if index % 2 == 0:
            yield piece
        elif isinstance(value := values[piece], str):
            yield value
        else:
            yield from value


def listed(entries: Sequence[str | Phrase], conjunction: str) -> Phrase:
    """Return the entries as "a, b and c"; of a long list, as "a, b, c, d, e and 4 more"."""
    shown = [(entry,) if isinstance(entry, str) else entry for entry in entries]
    if len(shown) > MANY:
        hidden = len(shown) - MANY + 1
        more = ngettext("%(count)s more", "%(count)s more", hidden) % {"count": hidden}
        shown, conjunction = [*shown[: MANY - 1], (more,)], gettext("and")
    joined: list[str] = []
    for index, entry in enumerate(shown):
        last = index == len(shown) - 1
        joined += [] if index == 0 else [f" {conjunction} " if last else ", "]
        joined += entry
    return tuple(joined)


def names(values: Sequence[object], conjunction: str) -> Phrase:
    """Return stored names as "a, b and c"."""
    return listed([Name(value) for value in values], conjunction)


def as_text(pieces: Phrase) -> str:
    """Return the phrase as plain text."""
    return "".join(pieces)


def as_html(pieces: Phrase) -> SafeString:
    """Return the phrase as HTML, with everything escaped and the names in bold."""
    marked = (format_html("<b>{}</b>", piece) if isinstance(piece, Name) else piece for piece in pieces)
    return format_html_join("", "{}", ((piece,) for piece in marked))
