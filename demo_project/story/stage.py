"""What all acts share: the sites they play on, the terminal they are told to, and the claims they make."""

from __future__ import annotations

from dataclasses import dataclass, field

from demo_project.outside.visiting import Outside
from demo_project.terminal import Terminal


@dataclass
class Stage:
    """Counts the claims, and how many of them did not hold."""

    site: str
    outside: Outside
    terminal: Terminal
    claims: int = 0
    broken: list[str] = field(default_factory=list)

    def claim(self, holds: bool, text: str) -> None:
        """Say that something is so, and remember whether it is."""
        self.claims += 1
        if not holds:
            self.broken.append(text)
        self.terminal.check(holds, text)
