"""Check the token that would be issued against a policy: its type, targets, lifetime and scope.

Each rule returns an answer: True if it passed, what was asked, what was allowed.
"""

from __future__ import annotations

from token_exchange.sts.delegation import MAX_GENERATIONS
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.policy import Policy
from token_exchange.sts.proposal import Proposal
from token_exchange.sts.targets import RequestedTarget
from token_exchange.sts.trace import Answer
from token_exchange.sts.vocabulary import ID_TOKEN, OPENID


def lineage(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the lineage is short enough: revoking a token must follow its descendants in bounded time."""
    return (
        exchange.subject_token.generation < MAX_GENERATIONS,
        exchange.subject_token.generation,
        MAX_GENERATIONS,
    )


def issued_token_type(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the policy allows the requested type; an ID token also needs a user, and the scope `openid`."""
    is_possible = proposal.token_type != ID_TOKEN or (
        exchange.subject.account is not None and OPENID in proposal.scopes
    )
    allowed = policy.issued_token_types
    return proposal.token_type in allowed and is_possible, proposal.token_type, allowed


def target(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if policy and subject token allow every target, and the targets can share one token."""
    allowed = {target.name for target in policy.targets}
    if exchange.subject_token.only_for is not None:
        allowed &= exchange.subject_token.only_for
    asked = [requested.target.name for requested in proposal.targets]
    known = not exchange.unknown_targets and all(_keeps_within(requested, exchange) for requested in proposal.targets)
    # One token has one subject, so a target that gets subjects of its own shares no token with another target.
    is_alone = len(asked) == 1 or not any(requested.target.pairwise_key for requested in proposal.targets)
    return (
        known and is_alone and bool(asked) and allowed.issuperset(asked),
        [*asked, *exchange.unknown_targets],
        allowed,
    )


def _keeps_within(requested: RequestedTarget, exchange: Exchange) -> bool:
    narrowed = exchange.subject_token.narrowed.get(requested.target.name)
    return bool(requested.resources) and (narrowed is None or narrowed.issuperset(requested.resources))


def lifetime(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the new token would be valid for at least one second."""
    return proposal.lifetime >= 1, proposal.lifetime, policy.max_lifetime


def scope(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if all requested scopes can be granted, or if the policy narrows and at least one can."""
    asked = exchange.requested_scopes
    passed = asked is None or asked == proposal.scopes or (policy.narrows_scope and bool(proposal.scopes))
    return passed, asked, proposal.available_scopes
