"""Tokens that users make for their scripts: making, checking, using and ending them."""

from __future__ import annotations
