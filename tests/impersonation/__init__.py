"""Tests of impersonation permissions and tickets."""

from __future__ import annotations
