"""Put names beside the keys of users and clients in records and traces: "alice (7)" instead of "7"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError

from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.sts.delegation import MAX_CHAIN_DEPTH
from token_exchange.sts.parties import Party, client_party
from token_exchange.sts.policy import Way
from token_exchange.toolkit.compat import access_token_model, token_database
from token_exchange.wording.names import names_of

LOCAL_RULES = frozenset({"actor", "may_act", "permission"})
"""The rules of a trace in which the requested party is always a user or client of this server."""


def labels(subjects: Iterable[str]) -> dict[str, str]:
    """Return "name (key)" for each of these local users and clients that has a name, in at most two queries."""
    parties = {subject: Party(None, subject) for subject in subjects if subject}
    try:
        names = names_of(parties.values())
    except (ValueError, ValidationError):  # a key of another user model, which the site has replaced since
        return {}
    return {
        subject: f"{names[party]} ({subject})"
        for subject, party in parties.items()
        if names[party] not in (subject, party.client_id)
    }


def labels_of(records: Iterable[ExchangeRecord]) -> dict[str, str]:
    """Return the labels of all local users and clients that are actors or subjects of these records."""
    return labels({subject for record in records for subject in _named_in(record)})


def labels_of_tokens(tokens: Iterable[ExchangedToken]) -> dict[str, str]:
    """Return the labels of all local users and clients that are actors or subjects of these tokens."""
    return labels({subject for token in tokens for subject in _named_by(token)})


def note_local_subjects(tokens: Iterable[ExchangedToken]) -> None:
    """Set `has_local_subject` on each token: True if its subject is a user or client of this server. One query at most.

    The subject of an external token may be a workload whose name looks like a local key. Its access token has no user.
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
    """Return the labels of the local parties that a stored trace names as actors."""
    trials = trace if isinstance(trace, list | tuple) else []
    found: set[str] = set()
    for trial in trials:
        rules = trial.get("rules", ()) if isinstance(trial, Mapping) else ()
        rules = [rule for rule in rules if isinstance(rule, Mapping)]
        found |= {str(rule.get("asked")) for rule in rules if rule.get("rule") in LOCAL_RULES and rule.get("asked")}
        found.add(current_actor(rules))
    return labels(found)


def current_actor(rules: Iterable[Mapping[str, Any]]) -> str:
    """Return the key of the new token's actor according to the rules of one policy, an empty text without an actor."""
    asked = {rule.get("rule"): rule.get("asked") for rule in rules}
    if asked.get("way") == Way.CLIENT_ACTS:
        return client_party(str(asked.get("client"))).subject
    return str(asked.get("actor") or "")


def _named_in(record: ExchangeRecord) -> Iterator[str]:
    yield record.actor
    if not is_external(record):
        yield record.subject
    yield from islice(_local_actors(record.act), MAX_CHAIN_DEPTH)


def is_external(record: ExchangeRecord) -> bool:
    """True if an external issuer chose the subject's name, so that it is not the key of a local user."""
    return bool(record.trusted_issuer) and not record.subject_name


def _local_actors(act: Any) -> Iterator[str]:
    while isinstance(act, Mapping):
        if not act.get("iss"):
            yield str(act.get("sub") or "")
        act = act.get("act")
