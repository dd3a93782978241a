"""Check the calling client, the subject token and its subject against a policy.

Each rule returns an answer: True if it passed, what was asked, what was allowed.
"""

from __future__ import annotations

from token_exchange.sts.exchange import Exchange
from token_exchange.sts.policy import Policy
from token_exchange.sts.proposal import Proposal
from token_exchange.sts.trace import Answer
from token_exchange.sts.vocabulary import FROM_ANY_CLIENT, FROM_OWN_CLIENT


def client(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the policy names the calling client."""
    return exchange.client.client_id == policy.client_id, exchange.client.client_id, policy.client_id


def period(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the policy is in effect now."""
    return policy.period.contains(exchange.now), exchange.now, (policy.period.begins, policy.period.ends)


def subject_token_type(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the policy accepts the declared type of the subject token."""
    declared = exchange.subject_token.token_type
    return declared in policy.subject_token_types, declared, policy.subject_token_types


def issuer(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the policy accepts tokens of this issuer: local ones, or those of an external issuer that it names."""
    issuer = exchange.subject_token.issuer
    if issuer is None:
        return policy.accepts_local_tokens, None, policy.trusted_issuers
    return issuer.key in policy.trusted_issuers, issuer.issuer, policy.trusted_issuers


def claims(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if every claim condition of the policy holds; a local access token has no claims, so no condition holds."""
    failed = [rule.claim for rule in policy.conditions if not rule.holds(exchange.subject_token.claims)]
    return not failed, failed, [rule.claim for rule in policy.conditions]


def caller_binding(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the subject token belongs to the caller, is meant for it, or comes from an issuing client of the policy.

    Otherwise any client that gets hold of a token could exchange it.
    """
    token = exchange.subject_token
    if token.issuer is not None:  # its audience was this server, and the policy names issuer and caller
        return True, token.issuer.issuer, exchange.client.client_id
    if token.token_type in FROM_ANY_CLIENT:  # its owner gave it to the caller; the policy names type and caller
        return True, token.token_type, exchange.client.client_id
    if token.token_type in FROM_OWN_CLIENT:  # a client never passes one on, so any other holder has stolen it
        return token.client_id == exchange.client.client_id, token.client_id, {exchange.client.client_id}
    bound = token.client_id is not None and (
        token.client_id == exchange.client.client_id
        or token.client_id in policy.issued_to
        or not token.audiences.isdisjoint(exchange.owned_targets)
    )
    return bound, token.client_id, {exchange.client.client_id, *policy.issued_to}


def subject(exchange: Exchange, policy: Policy, proposal: Proposal) -> Answer:
    """Pass if the policy covers the subject, and the subject is not privileged or the policy includes such users."""
    party, account = exchange.subject.party, exchange.subject.account
    privileged = account is not None and account.is_privileged
    passed = policy.covers(party, account) and (policy.privileged_subjects or not privileged)
    return passed, party.subject, policy.subject_kind
