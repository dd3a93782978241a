"""Issue tokens, one module for each kind, with the rows that an exchange adds to them."""

from __future__ import annotations
