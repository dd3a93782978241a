"""What a policy is refused or warned for before it is saved: what is futile, misleads or endangers."""

from __future__ import annotations
