"""Every rule alone: what it lets pass and what it stops."""

from __future__ import annotations

import pytest

from tests.sts.samples import (
    ALICE,
    BACK_API,
    BOB,
    EXTERNAL,
    INVOICES,
    NOW,
    ROOT,
    answer,
    asked,
    delegation,
    exchange,
    policy,
    token,
)
from token_exchange.sts import actor_rules, result_rules, rules, subject_rules
from token_exchange.sts.conditions import Condition, Operator
from token_exchange.sts.decision import Permit, decide
from token_exchange.sts.delegation import MAX_CHAIN_BYTES, size
from token_exchange.sts.parties import Client, Party, client_party, user_party, workload_party
from token_exchange.sts.policy import People, SubjectKind, Way
from token_exchange.sts.vocabulary import JWT


def actors(*names):
    """A chain of clients, the newest first."""
    return tuple(client_party(name) for name in names)


def test_the_sample_passes_every_rule():
    """The sample exchange is permitted, so that each test below fails for the one thing it changes."""
    decision = decide(exchange(), [policy()])
    assert isinstance(decision, Permit)
    assert [finding.rule for finding in decision.trace[0].findings] == [rule.name for rule in rules.RULES]


@pytest.mark.parametrize(("caller", "passes"), [("front", True), ("Front", False), ("back", False)])
def test_client_is_the_named_one(caller, passes):
    """A policy speaks of one client, by its exact id."""
    assert answer(subject_rules.client, exchange(client=Client(client_id=caller)), policy()) is passes


@pytest.mark.parametrize(
    ("begins", "ends", "passes"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW + 1, None, False),
        (None, NOW, False),
        (None, NOW + 1, True),
        (NOW - 2, NOW - 1, False),
    ],
)
def test_period_begins_inclusive_and_ends_exclusive(begins, ends, passes):
    """A policy is in force from its first moment until just before its last."""
    assert answer(subject_rules.period, exchange(), policy(begins=begins, ends=ends)) is passes


def test_subject_token_type_is_listed():
    """A type that the policy does not list is not taken, and an empty list takes none."""
    assert answer(subject_rules.subject_token_type, exchange(), policy())
    assert not answer(subject_rules.subject_token_type, exchange(token(token_type=JWT)), policy())
    assert not answer(subject_rules.subject_token_type, exchange(), policy(subject_token_types=frozenset()))


@pytest.mark.parametrize(
    ("issuer", "local", "trusted", "passes"),
    [
        (None, True, (), True),
        (None, False, (1,), False),
        (EXTERNAL, True, (), False),
        (EXTERNAL, True, (2,), False),
        (EXTERNAL, False, (1,), True),
    ],
)
def test_issuer_is_this_server_or_a_named_one(issuer, local, trusted, passes):
    """A policy takes this server's own tokens or not, and of external issuers those that it names."""
    rule = policy(takes_local_tokens=local, trusted_issuers=frozenset(trusted))
    assert answer(subject_rules.issuer, exchange(token(issuer=issuer)), rule) is passes


@pytest.mark.parametrize(
    ("claims", "passes"),
    [({"team": "sales"}, True), ({"team": "Sales"}, False), ({"team": ["sales"]}, False), ({}, False)],
)
def test_claims_fulfil_every_condition(claims, passes):
    """All conditions hold, or the rule fails; a token without the claim fulfils none."""
    sales = Condition(claim="team", operator=Operator.EQUALS, values=("sales",))
    anything = Condition(claim="team", operator=Operator.ONE_OF, values=("sales", "Sales"))
    facts = exchange(token(issuer=EXTERNAL, claims=claims))
    assert answer(subject_rules.claims, facts, policy(conditions=(anything, sales))) is passes
    assert answer(subject_rules.claims, facts, policy(conditions=(sales, anything))) is passes
    assert answer(subject_rules.claims, facts, policy())


@pytest.mark.parametrize(
    ("changes", "issuing", "passes"),
    [
        ({"client_id": "front"}, (), True),
        ({"client_id": "spa"}, ("spa",), True),
        ({"client_id": "spa"}, (), False),
        ({"client_id": "spa"}, ("other",), False),
        ({"client_id": "spa", "audiences": frozenset({"front-api"})}, (), True),
        ({"client_id": "spa", "audiences": frozenset({"back-api"})}, (), False),
        ({"client_id": None, "audiences": frozenset({"front-api"})}, ("spa",), False),
        ({"client_id": None, "issuer": EXTERNAL}, (), True),
    ],
)
def test_caller_binding_needs_a_known_origin(changes, issuing, passes):
    """INV-2: the token is the caller's, or for it, or of a named client; of unknown origin it is nobody's."""
    facts = exchange(token(**changes))
    assert answer(subject_rules.caller_binding, facts, policy(issuing_clients=frozenset(issuing))) is passes


@pytest.mark.parametrize(
    ("kind", "account", "passes"),
    [
        (SubjectKind.ANYONE, ALICE, True),
        (SubjectKind.ANYONE, None, True),
        (SubjectKind.ANY_USER, ALICE, True),
        (SubjectKind.ANY_USER, None, False),
        (SubjectKind.LISTED_USERS, ALICE, True),
        (SubjectKind.LISTED_USERS, BOB, True),
        (SubjectKind.LISTED_USERS, ROOT, False),
        (SubjectKind.LISTED_USERS, None, False),
        (SubjectKind.CLIENTS, ALICE, False),
        (SubjectKind.CLIENTS, None, True),
        (SubjectKind.WORKLOADS, ALICE, False),
        (SubjectKind.WORKLOADS, None, False),
    ],
)
def test_subject_is_of_the_covered_kind(kind, account, passes):
    """A policy covers the kind of subject it says: users by key or group, clients, or anyone."""
    subjects = People(users=frozenset({ALICE.key}), groups=frozenset({5}), clients=frozenset({"spa"}))
    covering = policy(subject_kind=kind, subjects=subjects)
    assert answer(subject_rules.subject, exchange(token(account)), covering) is passes


def test_clients_are_this_servers_own():
    """A party of another issuer is no client of this server, whatever its subject looks like."""
    external = exchange(token(None, party=Party("https://idp.example", "client:spa")))
    assert not answer(subject_rules.subject, external, policy(subject_kind=SubjectKind.CLIENTS))


def test_workloads_are_outside_subjects_without_a_user():
    """A workload is covered as a workload, and passes neither for a client nor for a user."""
    facts = exchange(token(None, issuer=EXTERNAL, party=workload_party(EXTERNAL.issuer, "client:front")))
    assert answer(subject_rules.subject, facts, policy(subject_kind=SubjectKind.WORKLOADS))
    for kind in (SubjectKind.CLIENTS, SubjectKind.ANY_USER, SubjectKind.LISTED_USERS):
        assert not answer(subject_rules.subject, facts, policy(subject_kind=kind))


def test_privileged_subjects_only_where_the_policy_says_so():
    """TXS-016: staff and superusers are out of reach of a policy that does not name them."""
    facts = exchange(token(ROOT))
    assert not answer(subject_rules.subject, facts, policy())
    assert answer(subject_rules.subject, facts, policy(privileged_subjects=True))


def test_saying_staff_does_not_cover_everyone():
    """Reaching staff widens nobody's list: a user who is not listed stays out."""
    covering = policy(privileged_subjects=True, subject_kind=SubjectKind.LISTED_USERS)
    assert not answer(subject_rules.subject, exchange(token(ROOT)), covering)


@pytest.mark.parametrize(
    ("way", "facts"),
    [
        (Way.CLIENT_ACTS, exchange()),
        (Way.DELEGATION, exchange(actor_token=token(None, client_id="front"))),
        (Way.SAME_SUBJECT, exchange(token(client_id="front"))),
        (Way.WITHOUT_ACTOR, exchange()),
    ],
)
def test_way_is_one_that_the_policy_lists(way, facts):
    """The way that an exchange takes must be listed; there is no way by default."""
    assert answer(actor_rules.way, facts, policy(ways=frozenset({way})))
    assert not answer(actor_rules.way, facts, policy(ways=frozenset()))


@pytest.mark.parametrize("way", [Way.DELEGATION, Way.SAME_SUBJECT])
def test_way_is_no_other_that_the_policy_lists(way):
    """A way that the exchange does not take is no leave for the one that it takes."""
    assert not answer(actor_rules.way, exchange(), policy(ways=frozenset({way})))


@pytest.mark.parametrize("carried", [{"chain": actors("agent")}, {"may_act": client_party("front")}])
@pytest.mark.parametrize("way", [Way.SAME_SUBJECT, Way.WITHOUT_ACTOR])
def test_way_never_washes_actors_off(carried, way):
    """INV-12: a token with `act` or `may_act` takes no way that leaves no actor in the new one."""
    client_id = "front" if way is Way.SAME_SUBJECT else "spa"
    facts = exchange(token(client_id=client_id, **carried))
    assert not answer(actor_rules.way, facts, policy(ways=frozenset({way})))


@pytest.mark.parametrize(("way", "passes"), [(Way.WITHOUT_ACTOR, False), (Way.CLIENT_ACTS, True)])
def test_way_never_impersonates_twice(way, passes):
    """INV-26: a token obtained by impersonation is not impersonated further; who acts with it is named."""
    facts = exchange(token(is_without_actor=True))
    assert answer(actor_rules.way, facts, policy(ways=frozenset({way}))) is passes


def test_actor_binding_wants_the_callers_own_plain_token():
    """INV-13: an actor token was issued to the caller and carries no chain of its own."""
    local = token(BOB, client_id="front")
    assert answer(actor_rules.actor_binding, exchange(), delegation())
    assert answer(actor_rules.actor_binding, exchange(actor_token=local), delegation())
    borrowed, chained = token(BOB, client_id="spa"), token(BOB, client_id="front", chain=actors("agent"))
    unknown, impersonated = token(BOB, client_id=None), token(BOB, client_id="front", is_without_actor=True)
    for actor_token in (borrowed, chained, unknown, impersonated):
        assert not answer(actor_rules.actor_binding, exchange(actor_token=actor_token), delegation())


@pytest.mark.parametrize(
    ("account", "named", "passes"),
    [
        (BOB, People(users=frozenset({BOB.key})), True),
        (BOB, People(groups=frozenset({5})), True),
        (BOB, People(users=frozenset({ALICE.key}), clients=frozenset({"front"})), False),
        (None, People(clients=frozenset({"front"})), True),
        (None, People(users=frozenset({"front"})), False),
        (BOB, People(), False),
    ],
)
def test_actor_is_named_by_the_policy(account, named, passes):
    """An actor is named as a user, by a group or as a client; a user of a named client is not the client."""
    facts = exchange(actor_token=token(account, client_id="front"))
    assert answer(actor_rules.actor, facts, delegation(actors=named)) is passes


def test_actor_is_never_the_subject():
    """F14: nobody acts for themselves."""
    facts = exchange(token(BOB), actor_token=token(BOB, client_id="front"))
    assert not answer(actor_rules.actor, facts, delegation())


def test_actor_is_not_asked_where_there_is_none():
    """Without an actor token the list of actors does not matter."""
    assert answer(actor_rules.actor, exchange(), policy(actors=People()))


@pytest.mark.parametrize(
    ("named", "passes"),
    [
        (client_party("front"), True),
        (client_party("agent"), False),
        (user_party("front"), False),
        (Party("https://idp.example", "client:front"), False),
    ],
)
def test_may_act_names_who_acts(named, passes):
    """RFC 8693 §4.4: issuer and subject of `may_act` are those of whoever acts."""
    assert answer(actor_rules.may_act, exchange(token(may_act=named)), policy()) is passes


def test_may_act_is_not_met_by_nobody():
    """A token that names who may act cannot be traded with nobody acting."""
    facts = exchange(token(may_act=client_party("front")))
    assert not answer(actor_rules.may_act, facts, policy(ways=frozenset({Way.WITHOUT_ACTOR})))


@pytest.mark.parametrize(
    ("chain", "longest", "passes"),
    [
        ((), 1, True),
        ((), 0, False),
        (actors("one"), 1, False),
        (actors("one"), 2, True),
        (actors("one", "two", "three"), 4, True),
        (actors("one", "two", "three", "four"), 9, False),
        (actors("front"), 1, True),
        (actors("one", "front"), 4, False),
        ((user_party(ALICE.key),), 4, False),
    ],
)
def test_chain_is_short_and_without_loops(chain, longest, passes):
    """The chain, extended, is within policy and cap; nobody stands in it twice, the subject not at all."""
    assert answer(actor_rules.chain, exchange(token(chain=chain)), policy(max_chain_depth=longest)) is passes


@pytest.mark.parametrize(("more", "passes"), [("", True), ("a", False)])
def test_chain_is_measured_as_it_is_kept(more, passes):
    """Bytes are counted in the form in which the chain will be read back, where é takes six; the cap is reached."""
    room = MAX_CHAIN_BYTES - size(actors("front", "é"))
    facts = exchange(token(chain=actors("é" + "a" * room + more)))
    assert answer(actor_rules.chain, facts, policy(max_chain_depth=4)) is passes


@pytest.mark.parametrize(("generation", "passes"), [(0, True), (7, True), (8, False), (9, False)])
def test_lineage_has_a_last_generation(generation, passes):
    """A family has at most eight generations."""
    assert answer(result_rules.lineage, exchange(token(generation=generation)), policy()) is passes


def test_issued_token_type_is_listed():
    """What was asked, or else the policy's first type, must be issued by the policy."""
    assert answer(result_rules.issued_token_type, exchange(), policy())
    assert not answer(result_rules.issued_token_type, exchange(requested_token_type=JWT), policy())
    assert not answer(result_rules.issued_token_type, exchange(), policy(issued_token_types=()))


def test_target_is_the_policys_own():
    """Every target asked must be one of the policy's; none asked and none certain is none allowed."""
    both = (asked(BACK_API), asked(INVOICES))
    assert answer(result_rules.target, exchange(requested_targets=both), policy(targets=(INVOICES, BACK_API)))
    assert answer(result_rules.target, exchange(requested_targets=()), policy())
    assert not answer(result_rules.target, exchange(requested_targets=both), policy())
    assert not answer(result_rules.target, exchange(), policy(targets=()))
    assert not answer(result_rules.target, exchange(requested_targets=()), policy(targets=(INVOICES, BACK_API)))
    assert not answer(result_rules.target, exchange(requested_targets=()), policy(targets=()))


def test_target_unknown_is_not_made_up_for_by_a_known_one():
    """I07: one unknown name among known ones, or alone beside the policy's only target, is refused."""
    assert not answer(result_rules.target, exchange(unknown_targets=("nope",)), policy())
    alone = exchange(requested_targets=(), unknown_targets=("nope",))
    assert not answer(result_rules.target, alone, policy())


@pytest.mark.parametrize(("left", "passes"), [(1.0, True), (0.999, False), (0.0, False), (-5.0, False)])
def test_lifetime_is_at_least_a_second(left, passes):
    """J07: what would live less than a second is not issued."""
    assert answer(result_rules.lifetime, exchange(token(expires=NOW + left)), policy()) is passes


@pytest.mark.parametrize(
    ("requested", "narrows", "passes"),
    [
        (None, False, True),
        ({"read"}, False, True),
        ({"read", "write"}, False, True),
        ({"read", "admin"}, False, False),
        ({"read", "admin"}, True, True),
        ({"admin"}, True, False),
        ({"Read"}, False, False),
        ({"rea"}, False, False),
    ],
)
def test_scope_is_available_or_narrowed(requested, narrows, passes):
    """What is asked is granted whole, or in part where the policy narrows; nothing left is a refusal."""
    facts = exchange(requested_scopes=frozenset(requested) if requested else None)
    assert answer(result_rules.scope, facts, policy(narrows_scope=narrows)) is passes
