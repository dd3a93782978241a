"""Django REST framework: authentication and permissions for resource servers, and the APIs of tokens and tickets."""

from __future__ import annotations
