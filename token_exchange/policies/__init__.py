"""Validate exchange policies and targets before they are saved, and check the authority of the user who saves."""

from __future__ import annotations
