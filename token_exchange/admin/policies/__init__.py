"""Admin pages of exchange policies and of targets."""

from __future__ import annotations
