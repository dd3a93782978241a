"""Establish the circumstances of a token request: its id, its time, the address and the client of the caller."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from token_exchange.sts.audit import Circumstances
from token_exchange.toolkit.caller_address import address_of


def circumstances_of(meta: Mapping[str, Any]) -> Circumstances:
    """Return a new request id with the time and the caller's address; `meta` holds the headers as Django's `META`."""
    return Circumstances(request_id=uuid4().hex, client_id="", address=address_of(meta), now=time.time())


def with_client(circumstances: Circumstances, client_id: str) -> Circumstances:
    """Return the circumstances after the client of this id has been authenticated."""
    return replace(circumstances, client_id=client_id)
