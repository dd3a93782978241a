"""Check the actor against a policy: who acts, in which way, and by which permission.

Each rule returns an answer: True if it passed, what was asked, what was allowed.
"""

from __future__ import annotations

from token_exchange.sts.delegation import MAX_CHAIN_BYTES, MAX_CHAIN_DEPTH, size
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.origin import Origin
from token_exchange.sts.policy import Policy, Way
from token_exchange.sts.proposal import Proposal
from token_exchange.sts.trace import Answer
from token_exchange.sts.vocabulary import NEEDS_PERMISSION


def way(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the policy allows this way of acting, and the new token keeps the actors of the subject token."""
    token = exchange.subject_token
    # The token decides, not the request: leaving out the actor token must not remove an actor from the chain.
    loses_actor = bool(token.chain or token.may_act) and proposal.actor is None
    # A token that was exchanged without an actor is never exchanged without an actor again.
    is_second = proposal.way is Way.WITHOUT_ACTOR and token.is_without_actor
    return proposal.way in policy.ways and not loses_actor and not is_second, proposal.way, policy.ways


def actor_binding(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the actor token was issued to the caller, comes from a login or grant, and names no actor itself."""
    token = exchange.actor_token
    if token is None:
        return True, None, None
    # A token that may not be an actor token does not become one by an exchange: external tokens, personal access
    # tokens and tickets speak for their subject in one lineage only.
    speaks_for_itself = token.origin is Origin.LOGIN and not token.chain and not token.is_without_actor
    return (
        token.client_id == exchange.client.client_id and speaks_for_itself,
        token.client_id,
        exchange.client.client_id,
    )


def actor(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the policy names the actor, and the actor is not the subject."""
    if exchange.actor is None:
        return True, None, None
    party = exchange.actor.party
    # An actor by permission is named by the permission, not a second time by the policy.
    named = proposal.way is Way.BY_PERMISSION or policy.actors.include(party, exchange.actor.account)
    return named and party != exchange.subject.party, party.subject, policy.actors.named


def permission(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if a permission allows an actor without a token of the subject, in this exchange and in every later one."""
    token = exchange.subject_token
    if proposal.verdict is None:
        return token.token_type not in NEEDS_PERMISSION and token.permitted_actor is None, None, None
    account = exchange.actor.account if exchange.actor else None
    is_holder = token.holder is None or (account is not None and account.key == token.holder.key)
    asked = tuple(f"{name}: {failure or 'allows'}" for name, failure in proposal.verdict.asked)
    acts = proposal.permitted_actor.actor.subject if proposal.permitted_actor else None
    return is_holder and proposal.verdict.permission is not None, acts, asked


def may_act(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the actor is the one that `may_act` of the subject token names (RFC 8693 §4.4)."""
    named = exchange.subject_token.may_act
    if named is None:
        return True, None, None
    return named == proposal.actor, proposal.actor and proposal.actor.subject, named.subject


def chain(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the chain of actors is short enough, in depth and in bytes, and contains no party twice."""
    longest = min(policy.max_chain_depth, MAX_CHAIN_DEPTH)
    actors = proposal.chain
    loops = len(set(actors)) != len(actors) or exchange.subject.party in actors
    is_short = len(actors) <= longest and size(actors) <= MAX_CHAIN_BYTES
    return is_short and not loops, [party.subject for party in actors], longest
