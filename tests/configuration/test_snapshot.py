"""Snapshots of the configuration."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from token_exchange.configuration import snapshot
from token_exchange.toolkit.compat import token_database


@pytest.mark.postgres
def test_no_cursor_is_left_open_on_the_server(world):
    """Rules are read without server-side cursors, which a connection pooler would lose between transactions."""
    policy = world.policy(issued_to=[world.spa, world.agent])
    with CaptureQueriesContext(connections[token_database()]) as queries:
        read = snapshot.current(token_database()).policies[policy.pk]
    assert read.issued_to == {"spa", "agent"}
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
