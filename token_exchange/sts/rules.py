"""One predicate per rule, and RULES, the order in which they are asked.

A predicate answers with what it found: did it pass, what was asked, what was allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from token_exchange.sts.delegation import MAX_CHAIN_BYTES, MAX_CHAIN_DEPTH, MAX_GENERATIONS, size
from token_exchange.sts.errors import InvalidRequest, InvalidScope, InvalidTarget, TokenExchangeError
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.mandate import Origin
from token_exchange.sts.parties import Account, Party, is_workload
from token_exchange.sts.policy import Policy, SubjectKind, Way
from token_exchange.sts.proposal import Proposal
from token_exchange.sts.targets import RequestedTarget
from token_exchange.sts.vocabulary import HANDED_OVER, HELD_BY_ONE, ON_BEHALF

Answer = tuple[bool, object, object]
"""Passed; what was asked; what was allowed."""


def client(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The policy names the calling client."""
    return exchange.client.client_id == policy.client_id, exchange.client.client_id, policy.client_id


def period(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The policy is in force now."""
    begun = policy.begins is None or policy.begins <= exchange.now
    return (
        begun and (policy.ends is None or exchange.now < policy.ends),
        exchange.now,
        (policy.begins, policy.ends),
    )


def subject_token_type(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The declared type of the subject token is one that the policy takes."""
    declared = exchange.subject_token.token_type
    return declared in policy.subject_token_types, declared, policy.subject_token_types


def issuer(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The policy takes tokens of this issuer: this server's own, or those of a trusted issuer that it names."""
    trust = exchange.subject_token.trust
    if trust is None:
        return policy.takes_local_tokens, None, policy.trusted_issuers
    return trust.key in policy.trusted_issuers, trust.issuer, policy.trusted_issuers


def claims(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Every claim condition of the policy holds; an opaque token of this server has no claims to hold any."""
    failed = [rule.claim for rule in policy.conditions if not rule.holds(exchange.subject_token.claims)]
    return not failed, failed, [rule.claim for rule in policy.conditions]


def caller_binding(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The subject token is the caller's, or meant for it, or the policy names its issuing client (INV-2)."""
    token = exchange.subject_token
    if token.trust is not None:  # its audience was this server, and the policy names issuer and caller
        return True, token.trust.issuer, exchange.client.client_id
    if token.token_type in HANDED_OVER:  # its owner gave it to the caller; the policy names type and caller
        return True, token.token_type, exchange.client.client_id
    if token.token_type in HELD_BY_ONE:  # C05: nobody passes one on, so whoever else has it took it
        return token.client_id == exchange.client.client_id, token.client_id, {exchange.client.client_id}
    bound = token.client_id is not None and (
        token.client_id == exchange.client.client_id
        or token.client_id in policy.issuing_clients
        or not token.audiences.isdisjoint(exchange.owned_targets)
    )
    return bound, token.client_id, {exchange.client.client_id, *policy.issuing_clients}


def subject(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The subject is one of those that the policy covers, and not privileged unless it says so (TXS-016)."""
    party, account = exchange.subject.party, exchange.subject.account
    covered = covers_subject(policy, party, account)
    privileged = account is not None and account.is_privileged
    return covered and (policy.privileged_subjects or not privileged), party.subject, policy.subject_kind


def covers_subject(policy: Policy, party: Party, account: Account | None) -> bool:
    """Whether the party is of the policy's kind of subject, privileged or not."""
    match policy.subject_kind:
        case SubjectKind.ANYONE:
            return True
        case SubjectKind.ANY_USER:
            return account is not None
        case SubjectKind.LISTED_USERS:
            return account is not None and policy.subjects.include(party, account)
        case SubjectKind.CLIENTS:
            return party.client_id is not None
    return is_workload(party)


def way(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The policy allows this way of acting, and a token with `act` or `may_act` takes no other than delegation."""
    # INV-12: routing by what the token carries, never by what was sent (Keycloak #52691 came out clean).
    carries_actors = bool(exchange.subject_token.chain or exchange.subject_token.may_act)
    laundered = carries_actors and proposal.actor is None
    # INV-26: who impersonates does not impersonate on.
    twice = proposal.way is Way.WITHOUT_ACTOR and exchange.subject_token.is_impersonated
    return proposal.way in policy.ways and not laundered and not twice, proposal.way, policy.ways


def actor_binding(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The actor token is the caller's own, and speaks for nobody but its subject (INV-13, INV-26)."""
    token = exchange.actor_token
    if token is None:
        return True, None, None
    # What may not be an actor token does not become one by being traded first: an external token, a personal access
    # token and a ticket speak for their subject in one lineage only.
    speaks_for_itself = token.origin is Origin.LOGIN and not token.chain and not token.is_impersonated
    return (
        token.client_id == exchange.client.client_id and speaks_for_itself,
        token.client_id,
        exchange.client.client_id,
    )


def actor(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The actor is one that the policy names, and not the subject itself."""
    if exchange.actor is None:
        return True, None, None
    party = exchange.actor.party
    # Who acts by permission is named by the permission, not a second time here.
    named = proposal.way is Way.BY_PERMISSION or policy.actors.include(party, exchange.actor.account)
    return named and party != exchange.subject.party, party.subject, policy.actors.named


def permission(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """A permission allows an actor who holds no token of the subject's, on this hop and on every later one."""
    token = exchange.subject_token
    if proposal.verdict is None:
        return token.token_type not in ON_BEHALF and token.mandate is None, None, None
    account = exchange.actor.account if exchange.actor else None
    is_holder = token.holder is None or (account is not None and account.key == token.holder.key)
    asked = tuple(f"{name}: {failure or 'allows'}" for name, failure in proposal.verdict.asked)
    acts = proposal.mandate.actor.subject if proposal.mandate else None
    return is_holder and proposal.verdict.permission is not None, acts, asked


def may_act(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Whoever acts is who the subject token's `may_act` names (RFC 8693 §4.4)."""
    named = exchange.subject_token.may_act
    if named is None:
        return True, None, None
    return named == proposal.actor, proposal.actor and proposal.actor.subject, named.subject


def chain(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The chain is short enough in depth and bytes, and nobody stands in it twice."""
    longest = min(policy.max_chain_depth, MAX_CHAIN_DEPTH)
    actors = proposal.chain
    loops = len(set(actors)) != len(actors) or exchange.subject.party in actors
    short = len(actors) <= longest and size(actors) <= MAX_CHAIN_BYTES
    return short and not loops, [party.subject for party in actors], longest


def lineage(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The subject token is not the last of too many generations, so that following a family stays bounded."""
    return (
        exchange.subject_token.generation < MAX_GENERATIONS,
        exchange.subject_token.generation,
        MAX_GENERATIONS,
    )


def issued_token_type(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """The requested type is one that the policy issues."""
    return proposal.token_type in policy.issued_token_types, proposal.token_type, policy.issued_token_types


def target(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Every target is one of this very policy's, and of the subject token's where it names some."""
    # Two policies are never merged.
    allowed = {target.name for target in policy.targets}
    if exchange.subject_token.only_for is not None:
        allowed &= exchange.subject_token.only_for
    asked = [requested.target.name for requested in proposal.targets]
    known = not exchange.unknown_targets and all(_keeps_within(one, exchange) for one in proposal.targets)
    return known and bool(asked) and allowed.issuperset(asked), [*asked, *exchange.unknown_targets], allowed


def _keeps_within(requested: RequestedTarget, exchange: Exchange) -> bool:
    narrowed = exchange.subject_token.narrowed.get(requested.target.name)
    return bool(requested.resources) and (narrowed is None or narrowed.issuperset(requested.resources))


def lifetime(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """There is at least a second of life left to give."""
    return proposal.lifetime >= 1, proposal.lifetime, policy.max_lifetime


def scope(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """What was asked is available, or the policy narrows and some of it is."""
    asked = exchange.requested_scopes
    passed = asked is None or asked == proposal.scopes or (policy.narrows_scope and bool(proposal.scopes))
    return passed, asked, proposal.available_scopes


@dataclass(frozen=True, slots=True)
class Rule:
    """A predicate, and what the client is told where it is the one that fails."""

    check: Callable[[Exchange, Policy, Proposal], Answer]
    error: type[TokenExchangeError]
    parameter: str

    @property
    def name(self) -> str:
        """The name under which the trace lists it."""
        return self.check.__name__


TARGET: Final = Rule(target, InvalidTarget, "target")
SCOPE: Final = Rule(scope, InvalidScope, "scope")

RULES: Final = (
    Rule(client, InvalidRequest, "subject_token"),
    Rule(period, InvalidRequest, "subject_token"),
    Rule(subject_token_type, InvalidRequest, "subject_token"),
    Rule(issuer, InvalidRequest, "subject_token"),
    Rule(claims, InvalidRequest, "subject_token"),
    Rule(caller_binding, InvalidRequest, "subject_token"),
    Rule(subject, InvalidRequest, "subject_token"),
    Rule(way, InvalidRequest, "actor_token"),
    Rule(actor_binding, InvalidRequest, "actor_token"),
    Rule(actor, InvalidRequest, "actor_token"),
    Rule(permission, InvalidRequest, "subject_token"),
    Rule(may_act, InvalidRequest, "actor_token"),
    Rule(chain, InvalidRequest, "actor_token"),
    Rule(lineage, InvalidRequest, "subject_token"),
    Rule(issued_token_type, InvalidRequest, "requested_token_type"),
    TARGET,
    Rule(lifetime, InvalidRequest, "subject_token"),
    SCOPE,
)
