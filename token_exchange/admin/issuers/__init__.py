"""The admin of trusted issuers."""

from __future__ import annotations
