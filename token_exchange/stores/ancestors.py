"""What a token was made from, through either parent, and whether all of that still stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from token_exchange.models import ExchangedToken
from token_exchange.provider.compat import access_token_model, token_database
from token_exchange.stores import impersonation_tickets, personal_access_tokens, refresh_tokens, terms
from token_exchange.sts.configuration import Configuration


def stand(exchanged: ExchangedToken, configuration: Configuration) -> bool:
    """Whether every token that this one was made from, and dies with, is live and issued under terms in force.

    One statement, one more a generation from the second on, and one for each other kind of token among them.
    Revocation has ended the descendants already, where it went through Django; what has expired or been switched off
    only looking up tells (INV-15).
    """
    using = token_database()
    ancestors: set[str] = set()
    generation = [exchanged]
    while generation:
        exchanged_parents = _exchanged_parents(generation) - ancestors
        ancestors |= _parents(generation)
        found = ExchangedToken.objects.using(using).filter(fingerprint__in=exchanged_parents)
        generation = list(found) if exchanged_parents else []
        if not all(terms.in_force(token, configuration) for token in generation):
            return False
    now = timezone.now()
    tokens = access_token_model()._default_manager.using(using).select_related("application")
    rows = list(tokens.filter(token_checksum__in=ancestors, expires__gt=now)) if ancestors else []
    elsewhere = ancestors - {row.token_checksum for row in rows}
    for kind in (refresh_tokens, personal_access_tokens, impersonation_tickets):
        if elsewhere:
            elsewhere -= kind.standing(elsewhere, now.timestamp(), using)
    return not elsewhere and all(map(_is_usable, rows))


def _is_usable(row: Any) -> bool:
    return row.application is not None and bool(row.application.is_usable(None))


def _parents(tokens: Iterable[ExchangedToken]) -> set[str]:
    both = ((token.subject_fingerprint, token.actor_fingerprint) for token in tokens if token.dies_with_subject)
    return {fingerprint for pair in both for fingerprint in pair if fingerprint}


def _exchanged_parents(tokens: Iterable[ExchangedToken]) -> set[str]:
    """Those parents that an exchange may have issued; the subject token of a first generation is none of them."""
    dying = [token for token in tokens if token.dies_with_subject]
    subjects = {token.subject_fingerprint for token in dying if token.generation > 1}
    return subjects | {token.actor_fingerprint for token in dying if token.actor_fingerprint}
