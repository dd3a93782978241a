"""Users and clients: whether they are active, what rights they have, and how they are looked up."""

from __future__ import annotations
