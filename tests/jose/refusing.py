"""What a call is refused for."""

from __future__ import annotations

import pytest

from token_exchange.jose.refusal import Refused


def flaw_of(call, *arguments, **options):
    """The flaw that this call is refused for; a test fails where it is not refused."""
    with pytest.raises(Refused) as refused:
        call(*arguments, **options)
    return refused.value.flaw
