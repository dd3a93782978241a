"""The template tags of the app."""

from __future__ import annotations
