"""Admin pages of exchanged tokens and of personal access tokens, with the pages that revoke them."""

from __future__ import annotations
