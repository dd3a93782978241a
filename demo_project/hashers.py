"""A password hasher for passwords that are no secrets."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Django's own hasher in a thousandth of the time."""

    iterations = 1_000
