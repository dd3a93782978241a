"""The security token service of RFC 8693: the domain, written with the standard library only."""

from __future__ import annotations
