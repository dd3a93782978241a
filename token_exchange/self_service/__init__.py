"""What people do about their own personal access tokens, the same by page and by API."""

from __future__ import annotations
