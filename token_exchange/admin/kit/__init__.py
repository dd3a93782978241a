"""What several admin pages share: forms, filters, actions and access rules."""

from __future__ import annotations
