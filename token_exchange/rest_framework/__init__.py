"""Provide authentication, permissions and APIs for Django REST framework."""

from __future__ import annotations
