"""Section L: revoking takes bounded work for any number of descendants, and does not slow the toolkit's clean-up."""

from __future__ import annotations

import sys
from datetime import timedelta

import time_machine
from django.core.management import call_command
from django.db import connections
from django.db.models.signals import post_delete
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_refresh_token_model

from tests.worlds import many_descendants
from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.tokens import lineage_signals
from token_exchange.tokens.lineage import BATCH
from token_exchange.toolkit.compat import token_database

MEMBERS = 10_000


def statements(action):
    """Record the SQL that an action sends to the database of the tokens."""
    with CaptureQueriesContext(connections[token_database()]) as captured:
        action()
    return [query["sql"] for query in captured]


def test_l16_ten_thousand_descendants(world, relay):
    """Revoking the root of ten thousand tokens takes a few statements for each five hundred."""
    root, minted = relay.tokens(1)
    many_descendants.copies(minted, root, many_descendants.tree(MEMBERS, breadth=10))
    sent = statements(lambda: world.revoke(root, client=world.spa))
    assert not get_access_token_model().objects.exists()
    assert not ExchangedToken.objects.filter(revoked__isnull=True).exists()
    record = ExchangeRecord.objects.get(outcome="revoked")
    assert record.trace[0]["revoked"] == MEMBERS + 1
    assert len(record.trace[0]["tokens"]) == 100
    assert len(sent) <= 12 * (MEMBERS / BATCH + 5)


def test_l16_a_line_longer_than_the_stack(world, relay):
    """A lineage of any length is followed without recursion."""
    root, minted = relay.tokens(1)
    many_descendants.copies(minted, root, many_descendants.line(sys.getrecursionlimit() + 100))
    assert world.revoke(root, client=world.spa).status_code == 200
    assert not get_access_token_model().objects.exists()


def clean_up(world, relay, tokens):
    """Return the statements of the toolkit's clean-up after this many exchanged tokens have expired."""
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        root, minted = relay.tokens(1)
        many_descendants.copies(minted, root, [(0, number) for number in range(1, tokens)])
    expired = get_access_token_model().objects.filter(expires__lt=timezone.now(), user=world.alice)
    assert expired.count() == tokens + 1
    sent = statements(lambda: call_command("cleartokens"))
    assert expired.count() == 1, "the root stays for its refresh token"
    for model in (ExchangedToken, get_refresh_token_model(), get_access_token_model()):
        model.objects.all().delete()
    return sent


def test_l16_clean_up_costs_nothing_extra(world, relay):
    """Clearing expired tokens takes the same statements as without this app."""
    one, many = clean_up(world, relay, 1), clean_up(world, relay, 50)
    assert len(one) == len(many)
    assert not [sql for sql in many if "token_exchange" in sql]
    assert post_delete.disconnect(sender=get_access_token_model(), dispatch_uid=lineage_signals.UID)
    try:
        assert len(clean_up(world, relay, 50)) == len(many)
    finally:
        lineage_signals.connect()
