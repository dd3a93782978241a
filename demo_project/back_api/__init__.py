"""Provide the back API, which has the orders and accepts only tokens that were issued for it."""

from __future__ import annotations
