"""What an exchange policy or a target is refused or warned about before it is saved."""

from __future__ import annotations
