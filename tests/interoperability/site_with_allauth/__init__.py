"""A site that lets people log in through django-allauth as well; its tests run in a process of their own."""

from __future__ import annotations
