"""List and edit trusted issuers and linked accounts."""

from __future__ import annotations
