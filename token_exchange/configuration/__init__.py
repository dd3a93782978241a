"""The rules that administrators have written, read as one frozen snapshot at one version."""

from __future__ import annotations
