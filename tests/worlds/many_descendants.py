"""A family of thousands of exchanged tokens, copied from one that the site minted itself: for bulk alone."""

from __future__ import annotations

from copy import copy

from oauth2_provider.models import get_access_token_model, set_token_value

from token_exchange.models import ExchangedToken
from token_exchange.toolkit.compat import fingerprint_of


def copies(minted, root, edges):
    """Insert a copy of the minted token for every edge, a pair of parent and child by number; 0 is the root."""
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
    """The token that a member is known by."""
    return f"member-{number}"


def unsaved(row):
    """A copy of a row that is none yet."""
    row = copy(row)
    row._state = copy(row._state)
    row.pk, row._state.adding = None, True
    return row


def tree(members, breadth):
    """The edges of a tree in which everybody but the last generation has so many children."""
    return [((child - 1) // breadth, child) for child in range(1, members + 1)]


def line(members):
    """The edges of a family in which everybody has one child."""
    return [(child - 1, child) for child in range(1, members + 1)]
