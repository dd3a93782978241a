"""Write to the owner of a personal access token: made, renewed, about to expire, used from a new address, leaked."""

from __future__ import annotations

from token_exchange.models import PersonalAccessToken
from token_exchange.wording import letter


def made(token: PersonalAccessToken) -> None:
    """Write that the token was made, so that an owner who did not make it notices the misuse of the account."""
    letter.send(token.owner, "personal_access_token_made", {"token": token})


def renewed(token: PersonalAccessToken) -> None:
    """Write that the token has a new value, and that the old value is not valid any more."""
    letter.send(token.owner, "personal_access_token_renewed", {"token": token})


def ending(token: PersonalAccessToken) -> None:
    """Write that the token is about to expire."""
    letter.send(token.owner, "personal_access_token_ending", {"token": token})


def used_from(token: PersonalAccessToken, address: str) -> None:
    """Write that the token was used from an address that it was not used from before."""
    letter.send(token.owner, "personal_access_token_used_from", {"token": token, "address": address})


def revoked_as_leaked(token: PersonalAccessToken) -> None:
    """Write that the value of the token was found where others could read it, and that the token is revoked."""
    letter.send(token.owner, "personal_access_token_leaked", {"token": token})
