"""Tests of authentication and permissions in Django REST framework, over HTTP."""

from __future__ import annotations
