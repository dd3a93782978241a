"""RFC 8693 §2.1: an exchange does not change its input tokens, nor they the new token (TX-035 to TX-038)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from token_exchange.toolkit.compat import fingerprint_of

pytestmark = pytest.mark.compliance("RFC 8693", "2.1")


def test_tx_035_exchange_does_not_consume(world, alices_token):
    """After an exchange the subject token is active and can be exchanged again."""
    first = world.issued(alices_token)
    assert world.introspect(alices_token, client=world.spa)["active"] is True
    assert world.issued(alices_token) != first


def test_tx_037_renewal_of_the_input_does_not_extend_the_output(world, alices_token):
    """A later expiry of the subject token does not extend the new token."""
    issued = world.issued(alices_token)
    before = world.introspect(issued)["exp"]
    rows = get_access_token_model().objects.filter(token_checksum=fingerprint_of(alices_token))
    rows.update(expires=timezone.now() + timedelta(days=30))
    assert world.introspect(issued)["exp"] == before


@pytest.mark.parametrize("dies", [True, False], ids=["cascade on", "cascade off"])
def test_tx_038_revocation_may_be_propagated(world, dies):
    """Revoking the subject token revokes the new token if the policy says so."""
    world.policy(revoked_with_parents=dies)
    token = world.login_token()
    issued = world.issued(token)
    assert world.introspect(issued)["active"] is True
    world.revoke(token, client=world.spa)
    assert world.introspect(issued)["active"] is not dies
