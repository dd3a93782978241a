"""Check if a deny policy applies: all its conditions hold; a condition that it leaves empty always holds.

Each condition returns an answer: True if it holds, what was asked, what is denied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from token_exchange.sts.exchange import Exchange
from token_exchange.sts.policy import Policy
from token_exchange.sts.targets import RequestedTarget
from token_exchange.sts.trace import Answer, RuleName

Targets = Iterable[RequestedTarget]
Check = Callable[[Exchange, Policy, Targets], Answer]


def client(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """Hold if the policy names the calling client, or no client."""
    caller = exchange.client.client_id
    return policy.client_id in (None, caller), caller, policy.client_id


def period(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """Hold if the policy is in effect now."""
    return policy.period.contains(exchange.now), exchange.now, (policy.period.begins, policy.period.ends)


def subject(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """Hold if the policy covers the subject, privileged or not."""
    party = exchange.subject.party
    return policy.covers(party, exchange.subject.account), party.subject, policy.subject_kind


def actor(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """Hold if the policy names the actor, or no actor; without an actor token the calling client counts as one."""
    if not policy.actors:
        return True, None, None
    party = exchange.actor.party if exchange.actor else exchange.client.party
    account = exchange.actor.account if exchange.actor else None
    return policy.actors.include(party, account), party.subject, policy.actors.named


def target(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """Hold if the policy lists one of the targets, or no target."""
    named = {target.name for target in policy.targets}
    asked = [requested.target.name for requested in targets]
    return not named or not named.isdisjoint(asked), asked, named


def scope(exchange: Exchange, policy: Policy, targets: Targets) -> Answer:
    """Hold if a requested scope is listed; also if the policy lists no scope, or the request names none."""
    asked = exchange.requested_scopes
    holds = not policy.scopes or asked is None or not policy.scopes.isdisjoint(asked)
    return holds, asked, policy.scopes


CONDITIONS: Final[Mapping[RuleName, Check]] = {
    RuleName.CLIENT: client,
    RuleName.PERIOD: period,
    RuleName.SUBJECT: subject,
    RuleName.ACTOR: actor,
    RuleName.TARGET: target,
    RuleName.SCOPE: scope,
}
