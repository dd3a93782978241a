"""Behaviour over HTTP, one test a row, named by its ID."""

from __future__ import annotations
