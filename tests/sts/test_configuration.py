"""Test which policies of a configuration decide about a client."""

from __future__ import annotations

import pytest

from tests.sts.samples import BACK_API, FRONT, INVOICES, denial, policy
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.errors import UnauthorizedClient
from token_exchange.sts.parties import Client
from token_exchange.sts.policy import People
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT

BACK = Client(client_id="back")


def configuration(*policies):
    """Return a configuration of two targets and these policies."""
    return Configuration(7, [BACK_API, INVOICES], policies)


def test_it_knows_its_version_and_every_policy_by_key():
    """The policy of an issued token is found again, with all deny policies."""
    written = configuration(policy(key=1), denial(key=2))
    assert written.version == 7
    assert {key: found.key for key, found in written.policies.items()} == {1: 1, 2: 2}


def test_a_client_needs_a_permit_of_its_own():
    """A client needs a permit policy of its own; a deny policy or another client's policy does not count."""
    others = configuration(policy(client_id="back"), denial(client_id="front"), policy(client_id=None))
    with pytest.raises(UnauthorizedClient) as refused:
        others.require_policy_for(FRONT)
    assert refused.value.reason is Reason.CLIENT_HAS_NO_POLICY
    assert others.require_policy_for(BACK) is None


def test_a_client_is_asked_about_in_order_with_every_denial_that_may_concern_it():
    """A client gets the deny policies for all or for itself, then its permit policies in order."""
    written = configuration(
        policy(key=3),
        policy(key=1),
        policy(key=4, client_id="back"),
        policy(key=5, client_id=None),
        denial(key=6),
        denial(key=7, client_id="front"),
        denial(key=8, client_id="back"),
    )
    assert [found.key for found in written.policies_for(FRONT)] == [6, 7, 3, 1]
    assert [found.key for found in written.policies_for(Client(client_id="nobody"))] == [6]


def test_a_type_is_taken_where_any_permit_of_the_client_takes_it():
    """Another client's policy or a deny policy does not make a token type acceptable."""
    jwt = frozenset({JWT})
    others = (policy(), policy(key=2, client_id="back", subject_token_types=jwt), denial(subject_token_types=jwt))
    assert configuration(*others).accepts(FRONT, ACCESS_TOKEN)
    assert not configuration(*others).accepts(FRONT, JWT)
    assert configuration(*others, policy(key=3, subject_token_types=jwt)).accepts(FRONT, JWT)
    assert not configuration(*others).accepts(Client(client_id="nobody"), ACCESS_TOKEN)


def test_targets_belong_to_their_owner():
    """A client owns the targets that name it as their resource server."""
    assert configuration().targets_owned_by(BACK) == {"back-api"}
    assert configuration().targets_owned_by(FRONT) == frozenset()


def test_groups_are_asked_for_where_any_policy_of_the_client_does():
    """Groups are needed for a deny policy that lists them, not for another client's policy."""
    by_group = People(groups=frozenset({5}))
    assert configuration(policy(subjects=by_group)).asks_for_groups(FRONT)
    assert configuration(policy(), denial(actors=by_group)).asks_for_groups(FRONT)
    assert not configuration(policy(), policy(client_id="back", subjects=by_group)).asks_for_groups(FRONT)
