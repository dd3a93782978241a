"""The tokens that a token was made from, through either parent: whether all are active, and which scopes they leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils import timezone

from token_exchange.impersonation import tickets
from token_exchange.models import ExchangedToken
from token_exchange.personal_access_tokens import lifecycle
from token_exchange.sts import continuation
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import IMPERSONATION_TICKET, PERSONAL_ACCESS_TOKEN, REFRESH_TOKEN
from token_exchange.tokens import issued_facts, refresh_tokens
from token_exchange.tokens.issued_facts import Kept
from token_exchange.toolkit.compat import access_token_model, token_database

_KINDS: Final[Mapping[str, Any]] = {
    REFRESH_TOKEN: refresh_tokens,
    PERSONAL_ACCESS_TOKEN: lifecycle,
    IMPERSONATION_TICKET: tickets,
}
"""Tables other than that of access tokens, by the type of a subject token."""


def remaining_scopes(exchanged: ExchangedToken, kept: Kept, configuration: Configuration, now: float) -> frozenset[str]:
    """Return the token's scopes as far as today's rules leave them to every ancestor.

    Raise `InvalidRequest` if an ancestor is inactive. This takes one statement, one more a generation from the second
    on, and one for each other kind of token among them. Revoking a token has revoked its descendants already, where
    Django was asked; expiry and rules are only seen here.
    """
    using = token_database()
    scopes, seen = kept.issued.scopes, set[str]()
    by_kind: dict[str, set[str]] = defaultdict(set)
    rows: list[ExchangedToken] = []
    generation = [exchanged]
    while generation:
        for token in generation:
            _sort_parents(token, by_kind)
        asked = _exchanged_parents(generation) - seen
        seen |= asked
        generation = list(ExchangedToken.objects.using(using).filter(fingerprint__in=asked)) if asked else []
        rows += generation
    tokens = _access_tokens(by_kind.pop("", set()), using)
    if tokens is None or not all(_are_active(kind, parents, now, using) for kind, parents in by_kind.items()):
        raise InvalidRequest(Reason.ANCESTOR_REVOKED)
    for row in rows:
        left = _left_of(row, tokens.get(row.fingerprint), kept, configuration, now)
        if left is None:
            raise InvalidRequest(Reason.ANCESTOR_REVOKED)
        # What an actor token may do does not limit the subject's scopes here: the policy has said whether it does.
        if row.subject == exchanged.subject:
            scopes &= left
    return scopes


def _sort_parents(token: ExchangedToken, by_kind: dict[str, set[str]]) -> None:
    if not token.revoked_with_parents:
        return
    declared = token.facts["token_type"] if token.generation <= 1 else ""
    if token.subject_fingerprint:
        by_kind[declared if declared in _KINDS else ""].add(token.subject_fingerprint)
    if token.actor_fingerprint:
        by_kind[""].add(token.actor_fingerprint)


def _exchanged_parents(tokens: Iterable[ExchangedToken]) -> set[str]:
    """Return the parents that an exchange may have issued; the subject token of a first generation is none of them."""
    depending = [token for token in tokens if token.revoked_with_parents]
    subjects = {token.subject_fingerprint for token in depending if token.generation > 1}
    return subjects | {token.actor_fingerprint for token in depending if token.actor_fingerprint}


def _access_tokens(fingerprints: set[str], using: str) -> dict[str, Any] | None:
    """Return the access tokens by fingerprint, None unless all of them are there, current, and of usable clients."""
    if not fingerprints:
        return {}
    tokens = access_token_model()._default_manager.using(using).select_related("application")
    found = {
        row.token_checksum: row for row in tokens.filter(token_checksum__in=fingerprints, expires__gt=timezone.now())
    }
    return found if found.keys() == fingerprints and all(map(_is_usable, found.values())) else None


def _is_usable(row: Any) -> bool:
    return row.application is not None and bool(row.application.is_usable(None))


def _are_active(kind: str, fingerprints: set[str], now: float, using: str) -> bool:
    return bool(_KINDS[kind].status(fingerprints, now, using) == fingerprints)


def _left_of(
    row: ExchangedToken, token: Any | None, kept: Kept, configuration: Configuration, now: float
) -> frozenset[str] | None:
    if token is None or row.revoked is not None:
        return None
    issued = issued_facts.ancestor(row, token, kept)
    if configuration.asks_for_groups(issued.client):
        issued = issued_facts.with_groups(Kept(issued=issued, accounts=kept.accounts), token_database()).issued
    return continuation.remaining(issued, configuration, now)
