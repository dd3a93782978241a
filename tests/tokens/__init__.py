"""Tests of issued tokens: their records, their insertion, and the kinds of tokens that they are exchanged from."""

from __future__ import annotations
