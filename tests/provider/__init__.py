"""Tests of how the app uses the toolkit, and of the toolkit's behaviour that it relies on."""

from __future__ import annotations
