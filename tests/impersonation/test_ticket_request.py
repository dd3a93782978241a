"""Requesting a ticket asks the permissions once."""

from __future__ import annotations

import pytest

from token_exchange.configuration import snapshot
from token_exchange.impersonation import ticket_request
from token_exchange.toolkit.compat import token_database


@pytest.mark.parametrize("approval_required", [False, True])
def test_statements_of_a_request(world, support, django_assert_max_num_queries, approval_required):
    """The permissions and the rights of both users are read once, whatever the permission requires."""
    support.permission.approval_required = approval_required
    support.permission.save()
    snapshot.current(token_database())  # a process reads the rules once for each version of them
    request = ticket_request.TicketRequest(
        actor=support.carol, subject=world.alice, targets=[world.target], scopes=["read"], reason="Case 7"
    )
    with django_assert_max_num_queries(13):
        ticket_request.submit(request)
