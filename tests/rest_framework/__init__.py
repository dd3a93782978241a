"""Authentication and permissions of REST framework, over HTTP."""

from __future__ import annotations
