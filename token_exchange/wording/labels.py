"""Names beside the keys by which records and traces know users: "alice (7)" tells more than "7"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError

from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.sts.delegation import MAX_CHAIN_DEPTH
from token_exchange.sts.parties import Party
from token_exchange.toolkit.compat import access_token_model, token_database
from token_exchange.wording.names import names_of

LOCAL_RULES = frozenset({"actor", "may_act", "permission"})
"""The rules of a trace whose asked party is a user or client of this server, whatever the subject is."""


def labels(subjects: Iterable[str]) -> dict[str, str]:
    """Return "name (key)" for each of these local users and clients that has a name; one statement a kind."""
    parties = {subject: Party(None, subject) for subject in subjects if subject}
    try:
        names = names_of(parties.values())
    except (ValueError, ValidationError):  # a key of another user model, from before it was swapped
        return {}
    return {
        subject: f"{names[party]} ({subject})"
        for subject, party in parties.items()
        if names[party] not in (subject, party.client_id)
    }


def labels_of(records: Iterable[ExchangeRecord]) -> dict[str, str]:
    """Return the labels of all local users and clients that these records name as acting or as their subject."""
    return labels({subject for record in records for subject in _named_in(record)})


def labels_of_tokens(tokens: Iterable[ExchangedToken]) -> dict[str, str]:
    """Return the labels of all local users and clients that these exchanged tokens name."""
    return labels({subject for token in tokens for subject in _named_by(token)})


def note_local_subjects(tokens: Iterable[ExchangedToken]) -> None:
    """Note at each token whether its subject is a user or client of this server; at most one statement.

    A subject that came from an external issuer may be a workload, whose name only looks like a key of ours; then the
    access token has no user.
    """
    rows = list(tokens)
    external = [token.fingerprint for token in rows if token.trusted_issuer_id is not None]
    stored = access_token_model()._default_manager.using(token_database()).filter(user__isnull=False)
    known = (
        set(stored.filter(token_checksum__in=external).values_list("token_checksum", flat=True)) if external else set()
    )
    for token in rows:
        token.has_local_subject = token.trusted_issuer_id is None or token.fingerprint in known  # type: ignore[attr-defined]


def _named_by(token: ExchangedToken) -> Iterator[str]:
    if getattr(token, "has_local_subject", False):
        yield token.subject
    yield from islice(_local_actors(token.act), MAX_CHAIN_DEPTH)


def labels_in(trace: object) -> dict[str, str]:
    """Return the labels of those whom the rules of a stored trace asked for as actors."""
    trials = trace if isinstance(trace, list | tuple) else []
    found = (
        str(rule.get("asked"))
        for trial in trials
        if isinstance(trial, Mapping)
        for rule in trial.get("rules", ())
        if isinstance(rule, Mapping) and rule.get("rule") in LOCAL_RULES and rule.get("asked")
    )
    return labels(set(found))


def _named_in(record: ExchangeRecord) -> Iterator[str]:
    yield record.actor
    if not is_external(record):
        yield record.subject
    yield from islice(_local_actors(record.act), MAX_CHAIN_DEPTH)


def is_external(record: ExchangeRecord) -> bool:
    """True if the subject is a name that another issuer chose, and so no key of a user of this site."""
    return bool(record.trusted_issuer) and not record.subject_name


def _local_actors(act: Any) -> Iterator[str]:
    while isinstance(act, Mapping):
        if not act.get("iss"):
            yield str(act.get("sub") or "")
        act = act.get("act")
