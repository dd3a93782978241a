"""What people are told by e-mail of what happens in their name."""

from __future__ import annotations
