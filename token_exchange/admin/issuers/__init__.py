"""Admin pages of trusted issuers and of linked accounts."""

from __future__ import annotations
