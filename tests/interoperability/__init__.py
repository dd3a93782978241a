"""Clients written by others, run unchanged against the demo: what interoperates is not ours to say."""

from __future__ import annotations
