"""The back API: holds the orders, and opens them only to tokens that were made for it."""

from __future__ import annotations
