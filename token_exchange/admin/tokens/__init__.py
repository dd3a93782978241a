"""The admin of exchanged tokens and personal access tokens."""

from __future__ import annotations
