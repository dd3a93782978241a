"""Convert rows of exchange policies to the frozen values of `sts`."""

from __future__ import annotations

from functools import partial
from typing import Any

from token_exchange.configuration.issuers import conditions_of
from token_exchange.configuration.reading import Reading, flag, moment_or_none, number, texts
from token_exchange.configuration.rules import NO_TARGETS, Keys, Targets, no_keys, people, read_rules
from token_exchange.models import ExchangePolicy
from token_exchange.sts.conditions import Condition
from token_exchange.sts.parties import Party, client_party
from token_exchange.sts.period import Period
from token_exchange.sts.policy import Effect, Policy, SubjectKind, Way


def read_policies(using: str, targets: Targets) -> tuple[list[Policy], list[Reading]]:
    """Return the enabled policies in their order, and the readings of rows that cannot be read in full."""
    rows = ExchangePolicy.objects.using(using).filter(enabled=True).select_related("client", "may_act")
    return read_rules(rows, partial(policy_of, targets=targets))


def policy_of(reading: Reading, keys: Keys | None = None, targets: Targets = NO_TARGETS) -> Policy:
    """Return the policy of a row with these related keys; the reading notes fields that cannot be read."""
    row, read, keys = reading.row, reading.read, keys or no_keys(ExchangePolicy)
    effect = read("effect", Effect, Effect.DENY)
    subjects = people(keys, "subject")
    return Policy(
        key=row.pk,
        name=str(row.name),
        effect=effect,
        report_only=read("report_only", flag, False),
        client_id=read("client", _client_id, None),
        period=Period(read("begins", moment_or_none, None), read("ends", moment_or_none, None)),
        subject_token_types=frozenset(read("subject_token_types", texts, ())),
        issued_to=frozenset(keys["issued_to"]),
        accepts_local_tokens=read("accepts_local_tokens", flag, False),
        trusted_issuers=frozenset(keys["trusted_issuers"]),
        conditions=read("conditions", _conditions, ()),
        subject_kind=read("subject_kind", SubjectKind, SubjectKind.LISTED_USERS if subjects else SubjectKind.ANYONE),
        subjects=subjects,
        privileged_subjects=read("privileged_subjects", flag, False),
        ways=frozenset(read("ways", _ways, ())),
        actors=people(keys, "actor"),
        targets=tuple(targets[effect][key] for key in keys["targets"] if key in targets[effect]),
        scopes=frozenset(read("scopes", texts, ())),
        narrows_scope=read("narrows_scope", flag, False),
        limited_to_actor_scopes=read("limited_to_actor_scopes", flag, True),
        max_lifetime=read("max_lifetime", number, 1),
        max_chain_depth=read("max_chain_depth", number, 0),
        issued_token_types=read("issued_token_types", texts, ()),
        revoked_with_parents=read("revoked_with_parents", flag, True),
        may_act=read("may_act", _party, None),
    )


def _client_id(client: Any) -> str | None:
    return client.client_id if client else None


def _party(client: Any) -> Party | None:
    return client_party(client.client_id) if client else None


def _ways(value: Any) -> tuple[Way, ...]:
    return tuple(map(Way, texts(value)))


def _conditions(value: Any) -> tuple[Condition, ...]:
    ExchangePolicy._meta.get_field("conditions").validate(value, None)
    return conditions_of(value)
