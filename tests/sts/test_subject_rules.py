"""Test each rule about client, subject token and subject alone: what passes and what fails."""

from __future__ import annotations

import pytest

from tests.sts.samples import (
    ALICE,
    BOB,
    EXTERNAL,
    NOW,
    ROOT,
    answer,
    exchange,
    policy,
    token,
)
from token_exchange.sts import subject_rules
from token_exchange.sts.conditions import Condition, Operator
from token_exchange.sts.parties import Client, Party, workload_party
from token_exchange.sts.policy import People, SubjectKind
from token_exchange.sts.vocabulary import JWT


@pytest.mark.parametrize(("caller", "passes"), [("front", True), ("Front", False), ("back", False)])
def test_client_is_the_named_one(caller, passes):
    """A policy names one client by its exact id."""
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
    """A policy is in effect from `begins` until just before `ends`."""
    assert answer(subject_rules.period, exchange(), policy(begins=begins, ends=ends)) is passes


def test_subject_token_type_is_listed():
    """A token type that the policy does not list is refused; an empty list accepts none."""
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
    """A policy accepts local tokens or not, and tokens of the external issuers that it names."""
    rule = policy(accepts_local_tokens=local, trusted_issuers=frozenset(trusted))
    assert answer(subject_rules.issuer, exchange(token(issuer=issuer)), rule) is passes


@pytest.mark.parametrize(
    ("claims", "passes"),
    [({"team": "sales"}, True), ({"team": "Sales"}, False), ({"team": ["sales"]}, False), ({}, False)],
)
def test_claims_fulfil_every_condition(claims, passes):
    """The rule fails unless all conditions hold; a missing claim fulfils none."""
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
    """The token must be issued to the caller, meant for it, or issued to a listed client; otherwise it is refused."""
    facts = exchange(token(**changes))
    assert answer(subject_rules.caller_binding, facts, policy(issued_to=frozenset(issuing))) is passes


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
    """A policy covers its kind of subject: users by key or group, clients, or all."""
    subjects = People(users=frozenset({ALICE.key}), groups=frozenset({5}), clients=frozenset({"spa"}))
    covering = policy(subject_kind=kind, subjects=subjects)
    assert answer(subject_rules.subject, exchange(token(account)), covering) is passes


def test_clients_are_this_servers_own():
    """A party of another issuer is not a client of this server, even if its subject looks like one."""
    external = exchange(token(None, party=Party("https://idp.example", "client:spa")))
    assert not answer(subject_rules.subject, external, policy(subject_kind=SubjectKind.CLIENTS))


def test_workloads_are_outside_subjects_without_a_user():
    """A workload is covered as a workload, and never as a client or a user."""
    facts = exchange(token(None, issuer=EXTERNAL, party=workload_party(EXTERNAL.issuer, "client:front")))
    assert answer(subject_rules.subject, facts, policy(subject_kind=SubjectKind.WORKLOADS))
    for kind in (SubjectKind.CLIENTS, SubjectKind.ANY_USER, SubjectKind.LISTED_USERS):
        assert not answer(subject_rules.subject, facts, policy(subject_kind=kind))


def test_privileged_subjects_only_where_the_policy_says_so():
    """Privileged users are refused unless the policy includes them."""
    facts = exchange(token(ROOT))
    assert not answer(subject_rules.subject, facts, policy())
    assert answer(subject_rules.subject, facts, policy(privileged_subjects=True))


def test_saying_staff_does_not_cover_everyone():
    """A policy that includes privileged users still refuses users that it does not list."""
    covering = policy(privileged_subjects=True, subject_kind=SubjectKind.LISTED_USERS)
    assert not answer(subject_rules.subject, exchange(token(ROOT)), covering)
