"""Hold the sites, the terminal and the count of claims, which all parts share."""

from __future__ import annotations

from dataclasses import dataclass, field

from demo_project.external_site.visiting import ExternalSite
from demo_project.terminal import Terminal


@dataclass
class Stage:
    """Count the claims, and remember those that were wrong."""

    site: str
    external: ExternalSite
    terminal: Terminal
    claims: int = 0
    broken: list[str] = field(default_factory=list)

    def claim(self, holds: bool, text: str) -> None:
        """Print a claim with a mark that says whether it is true, and remember it if it is not."""
        self.claims += 1
        if not holds:
            self.broken.append(text)
        self.terminal.check(holds, text)
