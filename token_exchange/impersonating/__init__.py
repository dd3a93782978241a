"""What people do about impersonation tickets, the same by page, by API and by command."""

from __future__ import annotations
