"""List and edit exchange policies and targets."""

from __future__ import annotations
