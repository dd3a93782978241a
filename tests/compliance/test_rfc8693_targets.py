"""RFC 8693 §2.1 and §2.1.1: a target has one name, and a token may be for several (TX-014, TX-039, TX-040)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from token_exchange.models import Target
from token_exchange.sts.vocabulary import MAX_TARGETS
from token_exchange.toolkit.compat import token_database

pytestmark = pytest.mark.compliance("RFC 8693", "2.1.1")


def test_tx_014_audience_means_one_thing(world):
    """Two targets with one name are refused by validation and by the database."""
    twin = Target(name=world.target.name, resources=["https://twin.example/"])
    with pytest.raises(ValidationError) as refused:
        twin.full_clean()
    assert "name" in refused.value.message_dict or "__all__" in refused.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic(using=token_database()):
        twin.save()


def test_tx_014_resource_means_one_thing(world):
    """Two targets with one resource are refused by validation."""
    with pytest.raises(ValidationError, match="already belong to the target back-api"):
        Target(name="twin", resources=world.target.resources).full_clean()


def test_tx_039_every_scope_at_every_target(world):
    """A scope that only one of two targets understands is refused, or left out if the policy narrows."""
    targets = [world.target, world.other_target]
    policy = world.policy(targets=targets, scopes=["read", "invoices:read"])
    token = world.login_token(scope="read invoices:read")
    both = {"audience": [target.name for target in targets]}
    world.refused(
        lambda: world.exchange(token, scope="read", **both),
        lambda: world.exchange(token, scope="read invoices:read", **both),
        error="invalid_scope",
    )
    policy.narrows_scope = True
    policy.save()
    assert world.granted(token, scope="read invoices:read", **both) == {"read"}


@pytest.mark.parametrize("name", ["audience", "resource"])
def test_tx_040_too_many_targets(world, name):
    """More targets than the limit are refused; as many as the limit are accepted."""
    targets = [world.make_target(f"api-{number}") for number in range(MAX_TARGETS + 1)]
    world.policy(targets=targets)
    names = [target.name if name == "audience" else target.resources[0] for target in targets]
    token = world.login_token()
    world.refused(
        lambda: world.exchange(token, **{name: names[:MAX_TARGETS]}),
        lambda: world.exchange(token, **{name: names}),
        error="invalid_target",
        reason="too_many_targets",
    )
