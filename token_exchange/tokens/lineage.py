"""Find and revoke the descendants of a token: all tokens that were exchanged from it, through either parent."""

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
"""The number of fingerprints in one statement, below the limit of parameters of every database."""

LEAKED: Final = "leaked"
"""The reason in the record of a token that was revoked because its value had leaked."""

_cascading: ContextVar[bool] = ContextVar("token_exchange_cascading", default=False)


def is_cascading() -> bool:
    """Return True while a cascade or a refresh deletes tokens: the delete signal must not start another cascade."""
    return _cascading.get()


@contextmanager
def without_cascade() -> Iterator[None]:
    """Delete tokens inside the block without starting a cascade for each of them."""
    token = _cascading.set(True)
    try:
        yield
    finally:
        _cascading.reset(token)


def descendants(fingerprint: str, using: str) -> list[str]:
    """Return the fingerprints of the active descendants of a token, nearest first, without the token itself."""
    roots = [fingerprint, *_refresh_tokens_of(fingerprint, using)]
    return list(chain.from_iterable(_generations(roots, using)))


def _refresh_tokens_of(fingerprint: str, using: str) -> list[str]:
    """Return the refresh token beside an access token: it is revoked with it, and can have descendants of its own."""
    refresh_tokens = refresh_token_model()._default_manager.using(using)
    beside = refresh_tokens.filter(access_token__token_checksum=fingerprint, revoked__isnull=True)
    return list(beside.values_list("token_checksum", flat=True))


def _generations(fingerprints: list[str], using: str) -> Iterator[list[str]]:
    """Yield one generation of descendants after the other, with one statement for each generation and batch."""
    seen = set(fingerprints)
    while fingerprints:
        children = [child for batch in _batches(fingerprints) for child in _children(batch, using)]
        fingerprints = list(dict.fromkeys(child for child in children if child not in seen))
        seen.update(fingerprints)
        if fingerprints:
            yield fingerprints


def _active(using: str) -> QuerySet[ExchangedToken]:
    # Expired rows stay until they are pruned. They have no active descendants: a token never outlives its parents.
    return ExchangedToken.objects.using(using).filter(revoked__isnull=True, expires__gt=timezone.now())


def _children(parents: Iterable[str], using: str) -> Iterable[str]:
    has_parent = Q(subject_fingerprint__in=parents) | Q(actor_fingerprint__in=parents)
    return _active(using).filter(has_parent, revoked_with_parents=True).values_list("fingerprint", flat=True)


def revoke(fingerprint: str, using: str, *, because: str) -> int:
    """Revoke a token and its descendants; return the number of revoked tokens, the token itself included."""
    with transaction.atomic(using=using), without_cascade():
        refresh_tokens = _refresh_tokens_of(fingerprint, using)
        return _cascade([fingerprint, *refresh_tokens], _delete([fingerprint], using), using, because)


def revoke_of_issuer(issuer: int, subject: str, using: str, *, because: str) -> int:
    """Revoke the tokens of a user that were exchanged from tokens of this external issuer, and their descendants.

    `issuer` is the key of the issuer's row, `subject` the key of the user. Return the number of revoked tokens.
    """
    first = _active(using).filter(trusted_issuer_id=issuer, subject=subject, generation=1)
    fingerprints = list(first.values_list("fingerprint", flat=True))
    return sum(revoke(fingerprint, using, because=because) for fingerprint in fingerprints)


def revoke_descendants(fingerprint: str, using: str, *, because: str) -> int:
    """Revoke the descendants of a token that is revoked or deleted already.

    Return the number of revoked tokens. The token itself is included if an exchange issued it.
    """
    with transaction.atomic(using=using), without_cascade():
        return _cascade([fingerprint], [fingerprint] if _mark_revoked([fingerprint], using) else [], using, because)


def _cascade(roots: list[str], revoked: list[str], using: str, because: str) -> int:
    # Each generation is deleted before the next is looked up: an exchange that is issuing a child holds a lock on the
    # parent, so the deletion waits for its commit, and the look-up then finds the child.
    for generation in _generations(roots, using):
        revoked += _delete(generation, using)
    if revoked:
        revocation_record.write(roots[0], revoked, using, because=because)
    return len(revoked)


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
    return _active(using).filter(fingerprint__in=fingerprints).update(revoked=timezone.now())


def follow_refresh(old: str, new: str, using: str) -> None:
    """Make the new token the parent of the old one's descendants, after a refresh has replaced the old token."""
    tokens = ExchangedToken.objects.using(using)
    tokens.filter(subject_fingerprint=old).update(subject_fingerprint=new)
    tokens.filter(actor_fingerprint=old).update(actor_fingerprint=new)
