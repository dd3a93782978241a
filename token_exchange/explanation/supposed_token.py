"""A token of this server as somebody might present it: nobody has minted it, and it is in no table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from token_exchange.sts.delegation import Chain
from token_exchange.sts.parties import Party
from token_exchange.sts.vocabulary import ACCESS_TOKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class SupposedToken:
    """A token as somebody might present it; None for a user means that it is about its client."""

    user: Any | None
    application: Any
    """The client that it was issued to; for tokens that a person hands over, the caller."""
    scopes: frozenset[str]
    lifetime: int
    """Seconds left."""
    audiences: frozenset[str] = frozenset()
    """The targets that it is meant for; of a personal access token or a ticket, the only ones."""
    chain: Chain = ()
    may_act: Party | None = None
    token_type: str = ACCESS_TOKEN
    holder: Any | None = None
    """The person who acts with a ticket."""
    justification: Mapping[str, object] = field(default_factory=dict)
    """What was said when a ticket was asked for, and who approved it."""
    claims: Mapping[str, object] = field(default_factory=dict, repr=False)
    """What an ID token says beyond all this."""
