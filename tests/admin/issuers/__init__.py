"""Tests of admin/issuers."""

from __future__ import annotations
