"""Find the flaw for which a call is refused."""

from __future__ import annotations

import pytest

from token_exchange.jose.refusal import Refused


def flaw_of(call, *arguments, **options):
    """Return the flaw for which this call is refused; fail the test if it is not refused."""
    with pytest.raises(Refused) as refused:
        call(*arguments, **options)
    return refused.value.flaw
