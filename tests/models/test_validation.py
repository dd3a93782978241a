"""What needs no form to be refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from token_exchange.models import ExchangePolicy


def test_a_script_that_validates_is_refused_what_the_form_is(world):
    """A policy without client or ways fails validation wherever it comes from."""
    with pytest.raises(ValidationError) as refusal:
        ExchangePolicy(name="empty").full_clean()
    assert set(refusal.value.message_dict) == {"client", "ways"}


def test_a_policy_that_can_work_is_valid(world):
    """A policy that can permit something passes."""
    ExchangePolicy(name="fine", client=world.front, ways=["client_acts"], scopes=["read"]).full_clean()
