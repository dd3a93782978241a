"""INV-12: a token with `act` or `may_act` can only be delegated, and its chain is kept whole and bounded."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.properties import strategies
from token_exchange.sts.decision import Permit, Refusal, decide
from token_exchange.sts.delegation import (
    MAX_CHAIN_BYTES,
    MAX_CHAIN_DEPTH,
    parse_act,
    parse_party,
    render_act,
    size,
    stored,
)
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.parties import Party, client_party, user_party
from token_exchange.sts.policy import Way

facts_of_exchanges, rule_books, chains = strategies.exchanges, strategies.rule_books, strategies.chains
named_parties = st.none() | st.sampled_from(strategies.PARTIES)
# Of characters that print and are no blanks, so that hardly a text has to be thrown away.
printable = st.characters(exclude_categories=["C", "Z"])
identifiers = st.text(printable, min_size=1, max_size=40).filter(str.isprintable)
user_keys = identifiers.filter(lambda key: not key.startswith(("client:", "workload:")))
parties = st.builds(Party, st.none() | identifiers, identifiers)
long_chains = st.lists(parties, max_size=MAX_CHAIN_DEPTH + 2).map(tuple)
claims = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from(["sub", "iss", "act", "exp"]), inner, max_size=4),
    max_leaves=8,
)


def carrying(facts, chain, may_act):
    """Return the same exchange with this chain and `may_act` in the subject token."""
    return replace(facts, subject_token=replace(facts.subject_token, chain=chain, may_act=may_act))


@given(facts_of_exchanges, rule_books, chains, named_parties)
def test_actors_are_never_removed(facts, policies, chain, may_act):
    """The new token names every actor of the subject token, after a new one or the same current one."""
    assume(chain or may_act)
    decision = decide(carrying(facts, chain, may_act), policies)
    if isinstance(decision, Refusal):
        return
    proposal = decision.proposal
    assert proposal.way in (Way.DELEGATION, Way.CLIENT_ACTS, Way.BY_PERMISSION)
    assert proposal.actor is not None
    assert proposal.chain[0] == proposal.actor
    assert proposal.chain in (chain, (proposal.actor, *chain))
    assert may_act in (None, proposal.actor)


@given(facts_of_exchanges, rule_books)
def test_a_token_without_an_actor_is_not_exchanged_without_one_again(facts, policies):
    """INV-26: a token without an actor is neither exchanged without one again nor used as actor token."""
    decision = decide(facts, policies)
    if isinstance(decision, Permit):
        assert not (facts.subject_token.is_without_actor and decision.proposal.way is Way.WITHOUT_ACTOR)
        assert facts.actor_token is None or not facts.actor_token.is_without_actor


@given(facts_of_exchanges, rule_books, chains)
def test_a_granted_chain_is_bounded_and_without_loops(facts, policies, chain):
    """A granted chain is within the limits of depth and bytes, and names no party twice and never the subject."""
    decision = decide(carrying(facts, chain, None), policies)
    if isinstance(decision, Permit):
        granted = decision.proposal.chain
        assert len(granted) <= min(MAX_CHAIN_DEPTH, decision.policy.max_chain_depth)
        assert size(granted) <= MAX_CHAIN_BYTES
        assert len(set(granted)) == len(granted)
        assert facts.subject.party not in granted


@given(facts_of_exchanges, rule_books, chains)
def test_a_granted_chain_can_be_read_back(facts, policies, chain):
    """The stored chain is read back unchanged, by the next exchange and by resource servers."""
    decision = decide(carrying(facts, chain, None), policies)
    if isinstance(decision, Permit):
        assert parse_act(stored(decision.proposal.chain)) == decision.proposal.chain


@given(facts_of_exchanges, rule_books, chains, strategies.some(strategies.SCOPES).filter(bool))
def test_what_is_asked_does_not_choose_the_chain(facts, policies, chain, scopes):
    """Two requests under one policy that differ only in scope get the same actors."""
    facts = carrying(facts, chain, None)
    first, second = decide(facts, policies), decide(replace(facts, requested_scopes=scopes), policies)
    if isinstance(first, Permit) and isinstance(second, Permit) and first.policy == second.policy:
        assert first.proposal.chain == second.proposal.chain


@given(long_chains)
def test_a_chain_is_read_as_it_was_written_or_refused(chain):
    """A stored chain is read unchanged or refused, never shortened or repaired."""
    try:
        read = parse_act(stored(chain))
    except InvalidRequest:
        assert len(chain) > MAX_CHAIN_DEPTH or size(chain) > MAX_CHAIN_BYTES
    else:
        assert read == chain


@given(long_chains, identifiers)
def test_a_shown_chain_names_an_issuer_for_everyone(chain, issuer):
    """In an answer each actor has `iss` and `sub` alone; an external actor keeps its issuer."""
    claim = render_act(chain, issuer)
    for party in chain:
        assert (claim["iss"], claim["sub"]) == (party.issuer or issuer, party.subject)
        assert set(claim) <= {"iss", "sub", "act"}
        claim = claim.get("act")
    assert claim is None


@given(claims)
def test_any_claim_is_a_chain_or_a_refusal(claim):
    """Reading any JSON in `act` or `may_act` raises no exception but a refusal."""
    for read in (parse_act, parse_party):
        try:
            found = read(claim)
        except InvalidRequest:
            continue
        assert found or claim is None


@given(user_keys, identifiers)
def test_users_and_clients_are_never_confused(key, client_id):
    """A user and a client are different parties with any key and any client id."""
    user, client = user_party(key), client_party(client_id)
    assert user != client
    assert (user.user_key, user.client_id) == (key, None)
    assert (client.user_key, client.client_id) == (None, client_id)
    assert parse_act(stored((user, client))) == (user, client)
