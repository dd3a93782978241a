"""The rules that a policy applies without a form."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from token_exchange.models import ExchangePolicy


def test_full_clean_applies_the_rules_without_lists(world):
    """`full_clean` refuses a policy without client and ways."""
    with pytest.raises(ValidationError) as refusal:
        ExchangePolicy(name="empty").full_clean()
    assert set(refusal.value.message_dict) == {"client", "ways"}


def test_full_clean_accepts_a_valid_policy(world):
    """`full_clean` accepts a policy with a client and a way."""
    ExchangePolicy(name="fine", client=world.front, ways=["client_acts"], scopes=["read"]).full_clean()
