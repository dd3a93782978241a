"""Tests of the models' own validation."""

from __future__ import annotations
