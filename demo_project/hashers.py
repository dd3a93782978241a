"""A fast password hasher for passwords that are not secret."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Django's own hasher with fewer iterations, which takes a thousandth of the time."""

    iterations = 1_000
