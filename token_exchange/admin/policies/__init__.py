"""The admin of exchange policies and targets."""

from __future__ import annotations
