"""For resource servers on Django REST framework: authentication and permissions."""

from __future__ import annotations
