"""The admin of impersonation permissions and tickets, and the pages about one user."""

from __future__ import annotations
