"""When a deny policy applies: all of the conditions that it states hold, and what it leaves out does not matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from token_exchange.sts.exchange import Exchange
from token_exchange.sts.policy import Policy
from token_exchange.sts.rules import Answer, covers_subject
from token_exchange.sts.targets import RequestedTarget

Targets = Iterable[RequestedTarget]


def client(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """The calling client is the named one, if one is named."""
    caller = exchange.client.client_id
    return policy.client_id in (None, caller), caller, policy.client_id


def period(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """The policy is in force now."""
    begun = policy.begins is None or policy.begins <= exchange.now
    return (
        begun and (policy.ends is None or exchange.now < policy.ends),
        exchange.now,
        (policy.begins, policy.ends),
    )


def subject(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """The subject is one of the covered ones."""
    party = exchange.subject.party
    return covers_subject(policy, party, exchange.subject.account), party.subject, policy.subject_kind


def actor(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """Whoever would act is one of the named ones, if any is named."""
    if not policy.actors:
        return True, None, None
    party = exchange.actor.party if exchange.actor else exchange.client.party
    account = exchange.actor.account if exchange.actor else None
    return policy.actors.include(party, account), party.subject, policy.actors.named


def target(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """One of the targets is a named one, if any is named."""
    named = {target.name for target in policy.targets}
    asked = [requested.target.name for requested in targets]
    return not named or not named.isdisjoint(asked), asked, named


def scope(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """One of the scopes asked for is a named one, if any is named; who asks for none in particular may get any."""
    asked = exchange.requested_scopes
    met = not policy.scopes or asked is None or not policy.scopes.isdisjoint(asked)
    return met, asked, policy.scopes


CONDITIONS: Final[tuple[Callable[[Exchange, Policy, Targets], Answer], ...]] = (
    client,
    period,
    subject,
    actor,
    target,
    scope,
)
