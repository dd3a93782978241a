"""The tokens that a token was made from, through either parent: whether all are active, and which scopes they leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from token_exchange.models import ExchangedToken
from token_exchange.sts import continuation
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import ACCESS_TOKEN
from token_exchange.tokens import issued_facts, parent_kinds
from token_exchange.tokens.issued_facts import Kept
from token_exchange.toolkit.compat import token_database


def remaining_scopes(exchanged: ExchangedToken, kept: Kept, configuration: Configuration, now: float) -> frozenset[str]:
    """Return the token's scopes as far as today's rules leave them to every ancestor.

    Raise `InvalidRequest` if an ancestor is inactive. This takes one statement, one more a generation from the second
    on, and one for each other kind of token among them. Revoking a token has revoked its descendants already, where
    Django was asked; expiry and rules are only seen here.
    """
    using = token_database()
    scopes, seen = kept.issued.scopes, set[str]()
    by_type: dict[str, set[str]] = defaultdict(set)
    rows: list[ExchangedToken] = []
    generation = [exchanged]
    while generation:
        for token in generation:
            _sort_parents(token, by_type)
        asked = _exchanged_parents(generation) - seen
        seen |= asked
        generation = list(ExchangedToken.objects.using(using).filter(fingerprint__in=asked)) if asked else []
        rows += generation
    active = _active(by_type, now, using)
    for row in rows:
        left = _left_of(row, active.get(row.fingerprint), kept, configuration, now)
        if left is None:
            raise InvalidRequest(Reason.ANCESTOR_REVOKED)
        # What an actor token may do does not limit the subject's scopes here: the policy has said whether it does.
        if row.subject == exchanged.subject:
            scopes &= left
    return scopes


def _sort_parents(token: ExchangedToken, by_type: dict[str, set[str]]) -> None:
    if not token.revoked_with_parents:
        return
    # From the second generation on, the subject token is an exchanged token: an access token, whatever it was declared.
    declared = token.facts["token_type"] if token.generation <= 1 else ACCESS_TOKEN
    if token.subject_fingerprint:
        by_type[parent_kinds.of(declared).token_type].add(token.subject_fingerprint)
    if token.actor_fingerprint:
        by_type[ACCESS_TOKEN].add(token.actor_fingerprint)


def _exchanged_parents(tokens: Iterable[ExchangedToken]) -> set[str]:
    """Return the parents that an exchange may have issued; the subject token of a first generation is none of them."""
    depending = [token for token in tokens if token.revoked_with_parents]
    subjects = {token.subject_fingerprint for token in depending if token.generation > 1}
    return subjects | {token.actor_fingerprint for token in depending if token.actor_fingerprint}


def _active(by_type: Mapping[str, set[str]], now: float, using: str) -> Mapping[str, Any]:
    """Return the rows of these tokens by fingerprint; raise `InvalidRequest` unless all of them are active."""
    found: dict[str, Any] = {}
    for token_type, fingerprints in by_type.items():
        active = parent_kinds.of(token_type).active(fingerprints, now, using)
        if active.keys() != fingerprints:
            raise InvalidRequest(Reason.ANCESTOR_REVOKED)
        found.update(active)
    return found


def _left_of(
    row: ExchangedToken, token: Any | None, kept: Kept, configuration: Configuration, now: float
) -> frozenset[str] | None:
    if token is None or row.revoked is not None:
        return None
    issued = issued_facts.ancestor(row, token, kept)
    if configuration.asks_for_groups(issued.client):
        issued = issued_facts.with_groups(Kept(issued=issued, accounts=kept.accounts), token_database()).issued
    return continuation.remaining(issued, configuration, now)
