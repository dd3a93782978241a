"""Name users differently for each target that asks for it, so that APIs cannot compare their users (RFC 8693 §6)."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from token_exchange.jose import base64url
from token_exchange.sts.parties import Party
from token_exchange.sts.targets import Target


@dataclass(frozen=True, slots=True)
class Naming:
    """Name the parties in the claims of one token."""

    key: bytes = b""
    """The secret of the target; empty if the target gets the same subjects as all others."""

    @property
    def is_pairwise(self) -> bool:
        """Return True if the target gets subjects of its own."""
        return bool(self.key)

    def name(self, party: Party) -> Party:
        """Return the party; a user as a text that only this target gets, 43 characters of base64url."""
        if not self.key or party.user_key is None:
            return party
        return Party(None, base64url.encode(hmac.digest(self.key, party.user_key.encode(), sha256)))


SAME_FOR_ALL: Final = Naming()


def naming_for(targets: Iterable[Target]) -> Naming:
    """Return the naming for a token of these targets; a pairwise target is the only one of its token."""
    return Naming(next((target.pairwise_key.encode() for target in targets if target.pairwise_key), b""))
