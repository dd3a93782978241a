"""INV-14: without a permit nothing is permitted, a denial wins, an empty list matches nothing, an error refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.properties import strategies
from tests.sts.samples import delegation, denial, exchange, policy, token
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.decision import Permit, Refusal, decide
from token_exchange.sts.errors import UnauthorizedClient
from token_exchange.sts.parties import Client
from token_exchange.sts.policy import Effect, People, SubjectKind
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import FROM_ANY_CLIENT

facts_of_exchanges, rule_books = strategies.exchanges, strategies.rule_books
permits, denials = strategies.permits, strategies.denials
places = st.integers(0, 4)
client_ids = st.sampled_from(strategies.CLIENT_IDS)

EMPTY = {
    "subject_token_types": frozenset(),
    "ways": frozenset(),
    "targets": (),
    "issued_token_types": (),
}


@given(facts_of_exchanges, st.lists(denials, max_size=3))
def test_nothing_is_permitted_without_a_policy(facts, forbidding):
    """Without a permit policy every exchange is refused."""
    assert isinstance(decide(facts, forbidding), Refusal)


@given(facts_of_exchanges, rule_books, places)
def test_deny_wins(facts, policies, place):
    """A deny policy without conditions refuses everything, at any position."""
    assert isinstance(decide(facts, [*policies[:place], denial(), *policies[place:]]), Refusal)


@pytest.mark.parametrize("field", sorted(EMPTY))
@given(facts_of_exchanges, permits)
def test_an_empty_list_permits_nothing(field, facts, rule):
    """A permit with an empty list of types, ways or targets permits nothing."""
    assert isinstance(decide(facts, [replace(rule, **{field: EMPTY[field]})]), Refusal)


@given(facts_of_exchanges, permits)
def test_an_empty_scope_list_grants_no_scope(facts, rule):
    """A policy without scopes refuses requested scopes, and grants none by default."""
    decision = decide(facts, [replace(rule, scopes=frozenset())])
    assert isinstance(decision, Refusal) or (decision.scopes == frozenset() and facts.requested_scopes is None)


@given(facts_of_exchanges, permits)
def test_empty_lists_cover_no_subject(facts, rule):
    """A policy for listed users with empty lists covers no subject."""
    listed = replace(rule, subject_kind=SubjectKind.LISTED_USERS, subjects=People())
    assert isinstance(decide(facts, [listed]), Refusal)


@given(facts_of_exchanges, permits)
def test_an_actor_token_without_named_actors_is_refused(facts, rule):
    """An actor token is refused if the policy names no actors."""
    decision = decide(facts, [replace(rule, actors=People())])
    assert isinstance(decision, Refusal) or facts.actor_token is None


@given(facts_of_exchanges, permits)
def test_a_token_of_unknown_origin_is_refused(facts, rule):
    """INV-2: a token without a known client and without a trusted issuer is refused."""
    assume(facts.subject_token.token_type not in FROM_ANY_CLIENT)  # made for no client, and taken by name of the type
    origin_unknown = replace(facts.subject_token, client_id=None, issuer=None)
    assert isinstance(decide(replace(facts, subject_token=origin_unknown), [rule]), Refusal)


@given(rule_books, client_ids)
def test_a_client_is_only_asked_about_by_its_own_permits(policies, client_id):
    """A permit of another client, or of none, does not help this client; deny policies for all apply to it."""
    written = Configuration(1, strategies.TARGETS, _numbered(policies))
    asked = written.policies_for(Client(client_id=client_id))
    for rule in written.policies.values():
        concerned = rule.client_id in ((client_id,) if rule.effect is Effect.PERMIT else (client_id, None))
        assert (rule in asked) is concerned


@given(rule_books, client_ids)
def test_a_client_without_permit_may_not_even_ask(policies, client_id):
    """A client without a permit policy is refused before its token is read."""
    written = Configuration(1, strategies.TARGETS, _numbered(policies))
    owners = {rule.client_id for rule in policies if rule.effect is Effect.PERMIT}
    try:
        written.require_policy_for(Client(client_id=client_id))
    except UnauthorizedClient:
        assert client_id not in owners
    else:
        assert client_id in owners


@given(facts_of_exchanges, rule_books)
def test_the_configuration_asks_no_less_than_all_policies(facts, policies):
    """Leaving out the policies that cannot apply to a client changes no decision."""
    written = Configuration(1, strategies.TARGETS, _numbered(policies))
    whole, asked = decide(facts, list(written.policies.values())), decide(facts, written.policies_for(facts.client))
    assert type(whole) is type(asked)
    if isinstance(whole, Permit):
        assert (whole.policy, whole.scopes) == (asked.policy, asked.scopes)


@given(st.sampled_from(strategies.SCOPES), strategies.some(strategies.SCOPES).filter(bool))
def test_a_denied_scope_is_denied_to_everyone(denied, requested):
    """A deny policy for one scope does not affect other scopes."""
    rules = [policy(scopes=strategies.ALL_SCOPES, narrows_scope=True), denial(scopes=frozenset({denied}))]
    decision = decide(exchange(requested_scopes=requested), rules)
    if denied in requested:
        assert decision.error.reason is Reason.DENIED_BY_POLICY
    else:
        assert isinstance(decision, Permit) is bool(requested - {"admin"})


def test_the_samples_would_be_permitted():
    """The samples that the tests above change are permitted."""
    assert isinstance(decide(exchange(), [policy()]), Permit)
    assert isinstance(decide(exchange(actor_token=token(None, client_id="front")), [delegation()]), Permit)


def _numbered(policies):
    """Return the same policies with different keys, as rows have."""
    return [replace(rule, key=key) for key, rule in enumerate(policies)]
