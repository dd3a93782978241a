"""Hash passwords that are not secret fast."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Django's own hasher with fewer iterations, which takes a thousandth of the time."""

    iterations = 1_000
