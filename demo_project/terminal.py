"""Print paragraphs, requests, answers, check marks, and a line of progress."""

from __future__ import annotations

import os
import shutil
import textwrap
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from token_exchange.management.terminal import printable

WIDEST = 96
LABEL = 20
BOLD, DIM, RED, GREEN, CYAN = "1", "2", "31", "32", "36"


class Terminal:
    """Write to a stream; use colours only on a terminal, and not if NO_COLOR is set (no-color.org)."""

    def __init__(self, stream: Any, *, colour: bool | None = None) -> None:
        self._stream = stream
        self._is_terminal = bool(stream.isatty())
        wanted = self._is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._paints = wanted if colour is None else colour
        self._width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
        self._indent = "   "
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def indented(self) -> Iterator[None]:
        """Indent what happens behind a request."""
        self._indent += "   "
        yield
        self._indent = self._indent[3:]

    def title(self, text: str) -> None:
        """Print the title."""
        self._lines("", self._painted(text, BOLD), self._painted("─" * (self._width - 1), DIM))

    def act(self, number: int, text: str) -> None:
        """Print the heading of a part."""
        self._lines("", f"{self._painted(f' {number} ', BOLD, CYAN)}{self._painted(text, BOLD)}", "")

    def prose(self, text: str) -> None:
        """Print a paragraph."""
        self._lines(*self._wrapped(text, self._indent))

    def gap(self) -> None:
        """Print an empty line."""
        self._lines("")

    def request(self, line: str, fields: Mapping[str, object] | None = None) -> None:
        """Print a request with its fields."""
        method, _, rest = line.partition(" ")
        self._lines(f"{self._indent}{self._painted(f'→ {method}', CYAN)} {self._painted(rest, BOLD)}")
        self._fields(fields or {})

    def answer(self, status: int, fields: Mapping[str, object] | None = None, note: str = "") -> None:
        """Print an answer with its fields."""
        mark = self._painted(f"← {status}", GREEN if status < 400 else RED)
        self._lines(f"{self._indent}{mark} {note}".rstrip())
        self._fields(fields or {})

    def check(self, passed: bool, claim: str) -> None:
        """Print a claim with a check mark, or with a cross if it is wrong."""
        mark = self._painted("✓", BOLD, GREEN) if passed else self._painted("✗ WRONG:", BOLD, RED)
        first, *rest = self._wrapped(claim, "     ")
        self._lines(f"   {mark} {first.strip()}", *rest)

    def code(self, lines: Iterable[str]) -> None:
        """Print lines to copy, without wrapping or indenting them."""
        self._lines(*lines)

    def pair(self, label: str, text: str, *, colour: str = "") -> None:
        """Print a label with its text."""
        indent = f"{self._indent}  "
        first, *rest = self._wrapped(text, indent + " " * LABEL) or [""]
        self._lines(f"{indent}{self._painted(f'{label:<{LABEL}}', colour or DIM)}{first.strip()}", *rest)

    def line(self, text: str, *codes: str) -> None:
        """Print a line without wrapping it."""
        self._lines(self._painted(text, *codes))

    def progress(self, label: str, steps: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """Run the steps, and show the progress in one line that is removed at the end."""
        for number, (name, step) in enumerate(steps):
            if self._is_terminal:
                done = number * 20 // len(steps)
                self._write(f"\r\033[K   {'█' * done}{'░' * (20 - done)} {label} {name}")
            step()
        if self._is_terminal:
            self._write("\r\033[K")

    def _fields(self, fields: Mapping[str, object]) -> None:
        for name, value in fields.items():
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            self.pair(name, text)

    def _wrapped(self, text: str, indent: str) -> list[str]:
        return textwrap.wrap(
            text,
            self._width - 1,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _painted(self, text: str, *codes: str) -> str:
        return f"\033[{';'.join(codes)}m{text}\033[0m" if self._paints and codes else text

    def _lines(self, *lines: str) -> None:
        self._write("".join(f"{line}\n" for line in lines))

    def _write(self, text: str) -> None:
        # The threads of the site print lines while the demo prints its own.
        with self._one_at_a_time:
            self._stream.write(printable(text, self._stream))
            self._stream.flush()
