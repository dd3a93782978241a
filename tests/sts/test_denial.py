"""Test each condition of a deny policy alone: when it holds, and that an empty one always holds."""

from __future__ import annotations

import pytest

from tests.sts.samples import ALICE, BACK_API, BOB, INVOICES, NOW, ROOT, asked, denial, exchange, token
from token_exchange.sts import denial as conditions
from token_exchange.sts.policy import People, SubjectKind

WHOLE_BACK_API = (asked(BACK_API),)


def holds(condition, facts, policy, targets=WHOLE_BACK_API):
    """Return True if the condition holds."""
    return condition(facts, policy, targets)[0]


@pytest.mark.parametrize(("named", "expected"), [(None, True), ("front", True), ("back", False)])
def test_client_is_the_named_one_or_any(named, expected):
    """A deny policy without a client applies to all clients."""
    assert holds(conditions.client, exchange(), denial(client_id=named)) is expected


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW + 1, None, False),
        (None, NOW, False),
        (None, NOW + 1, True),
    ],
)
def test_period_begins_inclusive_and_ends_exclusive(begins, ends, expected):
    """A deny policy applies from `begins` until just before `ends`."""
    assert holds(conditions.period, exchange(), denial(begins=begins, ends=ends)) is expected


@pytest.mark.parametrize(
    ("kind", "account", "expected"),
    [
        (SubjectKind.ANYONE, None, True),
        (SubjectKind.ANY_USER, ALICE, True),
        (SubjectKind.ANY_USER, None, False),
        (SubjectKind.LISTED_USERS, ALICE, True),
        (SubjectKind.LISTED_USERS, BOB, False),
        (SubjectKind.CLIENTS, None, True),
        (SubjectKind.CLIENTS, ALICE, False),
    ],
)
def test_subject_is_of_the_covered_kind(kind, account, expected):
    """A deny policy covers subjects as a permit does."""
    policy = denial(subject_kind=kind, subjects=People(users=frozenset({ALICE.key})))
    assert holds(conditions.subject, exchange(token(account)), policy) is expected


def test_subject_is_denied_whether_privileged_or_not():
    """A deny policy covers privileged users, too."""
    assert holds(conditions.subject, exchange(token(ROOT)), denial(subject_kind=SubjectKind.ANY_USER))


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (People(), True),
        (People(users=frozenset({BOB.key})), True),
        (People(groups=frozenset({5})), True),
        (People(users=frozenset({ALICE.key})), False),
        (People(clients=frozenset({"front"})), False),
    ],
)
def test_actor_is_named_or_no_actor_is(named, expected):
    """A deny policy that names actors looks at the party of the actor token."""
    facts = exchange(actor_token=token(BOB, client_id="front"))
    assert holds(conditions.actor, facts, denial(actors=named)) is expected


@pytest.mark.parametrize(("named", "expected"), [("agent", True), ("front", False)])
def test_actor_is_the_party_of_the_actor_token(named, expected):
    """With an actor token of a client, that client is the actor, not the caller."""
    facts = exchange(actor_token=token(None, client_id="agent"))
    assert holds(conditions.actor, facts, denial(actors=People(clients=frozenset({named})))) is expected


@pytest.mark.parametrize(("named", "expected"), [("front", True), ("agent", False)])
def test_actor_is_the_client_where_there_is_no_other(named, expected):
    """Without an actor token the calling client counts as the actor."""
    assert holds(conditions.actor, exchange(), denial(actors=People(clients=frozenset({named})))) is expected


@pytest.mark.parametrize(
    ("named", "targets", "expected"),
    [
        ((), (), True),
        ((), (asked(BACK_API),), True),
        ((BACK_API,), (asked(BACK_API), asked(INVOICES)), True),
        ((BACK_API, INVOICES), (asked(INVOICES),), True),
        ((BACK_API,), (asked(INVOICES),), False),
        ((BACK_API,), (), False),
    ],
)
def test_target_is_one_of_the_named_or_none_is(named, targets, expected):
    """One denied target among several is enough."""
    assert holds(conditions.target, exchange(), denial(targets=named), targets) is expected


@pytest.mark.parametrize(
    ("named", "requested", "expected"),
    [
        ((), None, True),
        ((), ("read",), True),
        (("read",), ("read", "write"), True),
        (("read", "admin"), ("read",), True),
        (("read",), ("write",), False),
        (("read",), None, True),
    ],
)
def test_scope_is_one_of_the_named_or_none_is_requested(named, requested, expected):
    """One denied scope among several is enough, and a request without scope is always met."""
    facts = exchange(requested_scopes=None if requested is None else frozenset(requested))
    assert holds(conditions.scope, facts, denial(scopes=frozenset(named))) is expected


def test_every_condition_is_asked():
    """Every condition is listed once, under the name of its function."""
    assert [(name, check.__name__) for name, check in conditions.CONDITIONS.items()] == [
        (name, name) for name in ("client", "period", "subject", "actor", "target", "scope")
    ]
