"""Read users and clients: look them up, check that they are active, and compare their rights."""

from __future__ import annotations
