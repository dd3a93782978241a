"""Provide the template tags of this app."""

from __future__ import annotations
