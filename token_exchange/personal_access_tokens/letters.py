"""What the owner of a personal access token is told: that it was made, is about to end, was used from elsewhere."""

from __future__ import annotations

from token_exchange.models import PersonalAccessToken
from token_exchange.wording import letter


def made(token: PersonalAccessToken) -> None:
    """Tell the owner that the token was made: who did not make it learns of a thief."""
    letter.send(token.owner, "personal_access_token_made", {"token": token})


def renewed(token: PersonalAccessToken) -> None:
    """Tell the owner that the token got another value, and that the old one is dead."""
    letter.send(token.owner, "personal_access_token_renewed", {"token": token})


def ending(token: PersonalAccessToken) -> None:
    """Tell the owner that the token is about to expire."""
    letter.send(token.owner, "personal_access_token_ending", {"token": token})


def used_from(token: PersonalAccessToken, address: str) -> None:
    """Tell the owner that the token was used from an address where it never was before."""
    letter.send(token.owner, "personal_access_token_used_from", {"token": token, "address": address})


def revoked_as_leaked(token: PersonalAccessToken) -> None:
    """Tell the owner that somebody found the token where it should not be, and that it is dead."""
    letter.send(token.owner, "personal_access_token_leaked", {"token": token})
