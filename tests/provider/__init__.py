"""What hangs on the toolkit, and what is assumed of it."""

from __future__ import annotations
