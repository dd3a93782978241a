"""Check the ancestors of a token, which are all tokens that it was exchanged from: subject and actor tokens alike."""

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
from token_exchange.tokens.issued_facts import IssuedFacts
from token_exchange.toolkit.compat import token_database


def remaining_scopes(
    exchanged: ExchangedToken, known: IssuedFacts, configuration: Configuration, now: float
) -> frozenset[str]:
    """Return those of the token's scopes that the rules of this moment still allow to every ancestor.

    Raise `InvalidRequest` if an ancestor is inactive. Revocation through Django has revoked the descendants as well,
    but an ancestor that expired, or that the rules no longer allow, is found only here. This takes one statement for
    every type of token among the ancestors, and one for every generation from the second on.
    """
    using = token_database()
    by_type, rows = _all_of(exchanged, using)
    active = _active(by_type, now, using)
    scopes, left = known.issued.scopes, dict[str, frozenset[str]]()
    for row in rows:
        remaining = _scopes_left(row, active.get(row.fingerprint), known, configuration, now)
        if remaining is None:
            raise InvalidRequest(Reason.ANCESTOR_REVOKED)
        left[row.fingerprint] = remaining
    for token in (exchanged, *rows):
        # Actor tokens and their ancestors are about another subject, and limit this one only where a policy says so.
        if token.subject == exchanged.subject:
            scopes &= left.get(token.fingerprint, scopes)
            scopes &= _scopes_of_actor_token(token, active, left, configuration, otherwise=scopes)
    return scopes


def _scopes_of_actor_token(
    token: ExchangedToken,
    active: Mapping[str, Any],
    left: Mapping[str, frozenset[str]],
    configuration: Configuration,
    *,
    otherwise: frozenset[str],
) -> frozenset[str]:
    """Return the scopes of the actor token of a token if the current policy limits it to those."""
    actor = token.actor_fingerprint
    if actor not in active or not configuration.policies[token.policy_id].limited_to_actor_scopes:
        return otherwise
    return left[actor] if actor in left else frozenset(active[actor].scope.split())


def _all_of(exchanged: ExchangedToken, using: str) -> tuple[Mapping[str, set[str]], list[ExchangedToken]]:
    """Return the fingerprints of all ancestors by type of token, and the rows of those that an exchange issued."""
    by_type: dict[str, set[str]] = defaultdict(set)
    rows: list[ExchangedToken] = []
    generation, seen = [exchanged], set[str]()
    while generation:
        for token in generation:
            _add_parents(token, by_type)
        parents = _exchanged_parents(generation) - seen
        seen |= parents
        generation = list(ExchangedToken.objects.using(using).filter(fingerprint__in=parents)) if parents else []
        rows += generation
    return by_type, rows


def _add_parents(token: ExchangedToken, by_type: dict[str, set[str]]) -> None:
    if not token.revoked_with_parents:
        return
    # From the second generation on, the subject token is an exchanged token: an access token under any declared type.
    declared = token.facts["token_type"] if token.generation <= 1 else ACCESS_TOKEN
    if token.subject_fingerprint:
        by_type[parent_kinds.of(declared).token_type].add(token.subject_fingerprint)
    if token.actor_fingerprint:
        by_type[ACCESS_TOKEN].add(token.actor_fingerprint)


def _exchanged_parents(tokens: Iterable[ExchangedToken]) -> set[str]:
    """Return the parents that an exchange may have issued: all except the subject token of a first generation."""
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


def _scopes_left(
    row: ExchangedToken, token: Any | None, known: IssuedFacts, configuration: Configuration, now: float
) -> frozenset[str] | None:
    """Return the scopes that the rules still allow to an ancestor; None if the ancestor is inactive."""
    if token is None or row.revoked is not None:
        return None
    issued_facts.require_confidential(token.application)
    issued = issued_facts.ancestor(row, token, known)
    if configuration.asks_for_groups(issued.client):
        issued = issued_facts.with_groups(IssuedFacts(issued=issued, accounts=known.accounts), token_database()).issued
    return continuation.remaining_scopes(issued, configuration, now)
