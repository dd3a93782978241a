"""Copy an issued token thousands of times into a lineage, for tests of large lineages."""

from __future__ import annotations

from copy import copy

from oauth2_provider.models import get_access_token_model, set_token_value

from token_exchange.models import ExchangedToken
from token_exchange.toolkit.compat import fingerprint_of


def copies(minted, root, edges):
    """Insert a copy of the token for every edge, a pair of parent and child by number; 0 is the root."""
    fingerprint = fingerprint_of(minted)
    token = get_access_token_model().objects.get(token_checksum=fingerprint)
    exchanged = ExchangedToken.objects.get(fingerprint=fingerprint)
    tokens, beside = [], []
    for parent, child in edges:
        tokens.append(row := unsaved(token))
        set_token_value(row, value(child))
        beside.append(row := unsaved(exchanged))
        row.fingerprint = fingerprint_of(value(child))
        row.subject_fingerprint = fingerprint_of(value(parent) if parent else root)
    get_access_token_model().objects.bulk_create(tokens, batch_size=500)
    ExchangedToken.objects.bulk_create(beside, batch_size=500)


def value(number):
    """Return the token of the member with this number."""
    return f"member-{number}"


def unsaved(row):
    """Return an unsaved copy of a row."""
    row = copy(row)
    row._state = copy(row._state)
    row.pk, row._state.adding = None, True
    return row


def tree(members, breadth):
    """Return the edges of a tree in which every member before the last generation has this many children."""
    return [((child - 1) // breadth, child) for child in range(1, members + 1)]


def line(members):
    """Return the edges of a lineage in which every member has one child."""
    return [(child - 1, child) for child in range(1, members + 1)]
