"""The family of a token: everything exchanged from it, through either parent, and how it dies together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from token_exchange.models import ExchangedToken
from token_exchange.tokens import revocation_record
from token_exchange.toolkit.compat import access_token_model, refresh_token_model

BATCH: Final = 500
"""Fingerprints a statement: below every database's limit of parameters."""

LEAKED: Final = "leaked"
"""The reason in the record of a token that was revoked because its value had leaked."""

_cascading: ContextVar[bool] = ContextVar("token_exchange_cascading", default=False)


def is_quiet() -> bool:
    """Whether a disappearing access token is being taken care of, and is no revocation to follow."""
    return _cascading.get()


@contextmanager
def without_cascade() -> Iterator[None]:
    """Keep deletions of access tokens from starting a cascade of their own."""
    token = _cascading.set(True)
    try:
        yield
    finally:
        _cascading.reset(token)


def descendants(fingerprint: str, using: str) -> list[str]:
    """Return the fingerprints of the live tokens derived from this one, nearest first, not itself."""
    roots = [fingerprint, *_refresh_tokens_of(fingerprint, using)]
    return list(chain.from_iterable(_generations(roots, using)))


def _refresh_tokens_of(fingerprint: str, using: str) -> list[str]:
    """The refresh token beside an access token, which dies with it, and from which something may be derived too."""
    refresh_tokens = refresh_token_model()._default_manager.using(using)
    beside = refresh_tokens.filter(access_token__token_checksum=fingerprint, revoked__isnull=True)
    return list(beside.values_list("token_checksum", flat=True))


def _generations(fingerprints: list[str], using: str) -> Iterator[list[str]]:
    """Yield one generation of derived tokens after the other; the depth of a lineage bounds the statements."""
    seen = set(fingerprints)
    while fingerprints:
        children = [child for batch in _batches(fingerprints) for child in _children(batch, using)]
        fingerprints = list(dict.fromkeys(child for child in children if child not in seen))
        seen.update(fingerprints)
        if fingerprints:
            yield fingerprints


def _live(using: str) -> QuerySet[ExchangedToken]:
    # What has expired may lie here for a long time, and nothing made from it has outlived it (INV-11).
    return ExchangedToken.objects.using(using).filter(revoked__isnull=True, expires__gt=timezone.now())


def _children(parents: Iterable[str], using: str) -> Iterable[str]:
    of_them = Q(subject_fingerprint__in=parents) | Q(actor_fingerprint__in=parents)
    return _live(using).filter(of_them, revoked_with_parents=True).values_list("fingerprint", flat=True)


def revoke(fingerprint: str, using: str, *, because: str) -> int:
    """Revoke a token and everything derived from it; return how many tokens died, itself included."""
    with transaction.atomic(using=using), without_cascade():
        refresh_tokens = _refresh_tokens_of(fingerprint, using)
        return _end([fingerprint, *refresh_tokens], _delete([fingerprint], using), using, because)


def revoke_of_issuer(issuer: int, subject: str, using: str, *, because: str) -> int:
    """Revoke every token about a user that began with a token of this external issuer; return how many there were."""
    begun = _live(using).filter(trusted_issuer_id=issuer, subject=subject, generation=1)
    fingerprints = list(begun.values_list("fingerprint", flat=True))
    return sum(revoke(fingerprint, using, because=because) for fingerprint in fingerprints)


def revoke_descendants(fingerprint: str, using: str, *, because: str) -> int:
    """Revoke everything derived from a token that is already gone.

    Return how many tokens of exchanges died, itself included if it was one.
    """
    with transaction.atomic(using=using), without_cascade():
        return _end([fingerprint], [fingerprint] if _mark_revoked([fingerprint], using) else [], using, because)


def _end(roots: list[str], dead: list[str], using: str, because: str) -> int:
    # Each generation is deleted before the next is looked up: the delete waits for an exchange that holds the
    # parent, so the look-up sees the child which that exchange committed (T26).
    for generation in _generations(roots, using):
        dead += _delete(generation, using)
    if dead:
        revocation_record.write(roots[0], dead, using, because=because)
    return len(dead)


def _batches(fingerprints: Sequence[str]) -> Iterator[Sequence[str]]:
    return (fingerprints[start : start + BATCH] for start in range(0, len(fingerprints), BATCH))


def _delete(fingerprints: list[str], using: str) -> list[str]:
    for batch in _batches(fingerprints):
        _mark_revoked(batch, using)
        tokens = access_token_model()._default_manager.using(using).filter(token_checksum__in=batch)
        refresh_tokens = refresh_token_model()._default_manager.using(using)
        refresh_tokens.filter(access_token__in=tokens, revoked__isnull=True).update(revoked=timezone.now())
        tokens.delete()
    return fingerprints


def _mark_revoked(fingerprints: Iterable[str], using: str) -> int:
    return _live(using).filter(fingerprint__in=fingerprints).update(revoked=timezone.now())


def follow_refresh(old: str, new: str, using: str) -> None:
    """Let what was exchanged from a token continue under the token that a routine refresh put in its place."""
    tokens = ExchangedToken.objects.using(using)
    tokens.filter(subject_fingerprint=old).update(subject_fingerprint=new)
    tokens.filter(actor_fingerprint=old).update(actor_fingerprint=new)
