"""List exchanged tokens and personal access tokens, and revoke them."""

from __future__ import annotations
