"""Tokens in the shapes that the platforms really send, each against the preset of its platform."""

from __future__ import annotations
