"""Turn a recorded exchange into options of `explain_exchange`, from the record and the rows of its tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError

from token_exchange.management.fitting_options import TYPES
from token_exchange.management.recorded_token import facts_of
from token_exchange.management.terminal import USAGE
from token_exchange.models import ExchangeRecord, LinkedAccount
from token_exchange.sts.parties import Party
from token_exchange.sts.vocabulary import ACCESS_TOKEN


def find(request_id: str, using: str) -> ExchangeRecord:
    """Return the record of an exchange; raise `CommandError` if no record has this request id."""
    records = ExchangeRecord.objects.using(using).filter(request_id=request_id)
    record = records.exclude(outcome=ExchangeRecord.Outcome.REVOKED).first()
    if record is None:
        raise CommandError(f"No exchange is recorded under the request id {request_id!r}.", returncode=USAGE)
    return record


def options_of(record: ExchangeRecord, given: Mapping[str, Any], using: str) -> dict[str, Any]:
    """Return the recorded exchange as options; raise `CommandError` if neither it nor `given` names a token's owner."""
    found: dict[str, Any] = {
        "client": record.client_id or None,
        "audience": list(record.audience) or None,
        "resource": list(record.resource) or None,
        "scope": record.requested_scope.split() or None,
        "requested_token_type": record.requested_token_type or None,
    }
    if not (given["subject"] or given["subject_client"] or given["issuer"]):
        found |= _subject(record, using)
    if record.actor_token_type and not (given["actor_user"] or given["actor_client"]):
        found |= _actor(record, using)
    return found


def _subject(record: ExchangeRecord, using: str) -> dict[str, Any]:
    if not record.subject:
        raise CommandError(
            f"The request was refused before its token was read ({record.reason}), so the record has no subject: add "
            "--subject, --subject-client or --issuer.",
            returncode=USAGE,
        )
    kinds = [name for name, urn in TYPES.items() if urn == (record.subject_token_type or ACCESS_TOKEN)]
    kind = kinds[0] if kinds else None
    if record.trusted_issuer:
        return {"subject_token_type": kind, "issuer": record.trusted_issuer, **_claims(record, using)}
    party = Party(None, record.subject)
    whose = {"subject_client": party.client_id} if party.client_id else {"subject": record.subject}
    facts = facts_of(record, kind or "", using)
    if party.client_id:  # a token with a client as its subject is issued to that client
        facts.pop("issued_to", None)
    return {"subject_token_type": kind, **whose, **facts}


def _claims(record: ExchangeRecord, using: str) -> dict[str, Any]:
    """Return the subject claim, which the linked account or the workload gives; a record holds no claims."""
    if not record.subject_name:
        return {"claim": [f"sub={record.subject}"]}
    links = LinkedAccount.objects.using(using).filter(trusted_issuer__issuer=record.trusted_issuer)
    link = links.filter(user__pk=record.subject).first()
    return {"claim": [f"sub={link.subject}"]} if link else {}


def _actor(record: ExchangeRecord, using: str) -> dict[str, Any]:
    # The record of a permit holds the newest actor of the chain, that of a refusal the party of the actor token.
    if not record.actor:
        raise CommandError(
            "The record does not hold the party of the actor token: add --actor-user or --actor-client.",
            returncode=USAGE,
        )
    party = Party(None, record.actor)
    return {"actor_client": party.client_id} if party.client_id else {"actor_user": record.actor}
