"""Keys of trusted issuers: where they are, how they are fetched safely, how long they are kept."""

from __future__ import annotations
