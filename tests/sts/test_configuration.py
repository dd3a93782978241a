"""What is written, by whom it concerns."""

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
    """Two targets and these policies."""
    return Configuration(7, [BACK_API, INVOICES], policies)


def test_it_knows_its_version_and_every_policy_by_key():
    """A token that a policy let through finds that policy again, deny policies included."""
    written = configuration(policy(key=1), denial(key=2))
    assert written.version == 7
    assert {key: found.key for key, found in written.policies.items()} == {1: 1, 2: 2}


def test_a_client_needs_a_permit_of_its_own():
    """B06: neither another client's policy nor a deny policy, nor a permit that names nobody, is one."""
    others = configuration(policy(client_id="back"), denial(client_id="front"), policy(client_id=None))
    with pytest.raises(UnauthorizedClient) as refused:
        others.require_policy_for(FRONT)
    assert refused.value.reason is Reason.CLIENT_HAS_NO_POLICY
    assert others.require_policy_for(BACK) is None


def test_a_client_is_asked_about_in_order_with_every_denial_that_may_concern_it():
    """Deny policies for all or for this client, and this client's permits in the order written."""
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
    """Neither another client's policy nor a deny policy makes a type one that is looked at."""
    jwt = frozenset({JWT})
    others = (policy(), policy(key=2, client_id="back", subject_token_types=jwt), denial(subject_token_types=jwt))
    assert configuration(*others).accepts(FRONT, ACCESS_TOKEN)
    assert not configuration(*others).accepts(FRONT, JWT)
    assert configuration(*others, policy(key=3, subject_token_types=jwt)).accepts(FRONT, JWT)
    assert not configuration(*others).accepts(Client(client_id="nobody"), ACCESS_TOKEN)


def test_targets_belong_to_their_owner():
    """A client owns what names it as resource server; what names nobody is nobody's."""
    assert configuration().targets_owned_by(BACK) == {"back-api"}
    assert configuration().targets_owned_by(FRONT) == frozenset()


def test_groups_are_asked_for_where_any_policy_of_the_client_does():
    """A deny policy by group needs the groups as well; another client's policy does not."""
    by_group = People(groups=frozenset({5}))
    assert configuration(policy(subjects=by_group)).asks_for_groups(FRONT)
    assert configuration(policy(), denial(actors=by_group)).asks_for_groups(FRONT)
    assert not configuration(policy(), policy(client_id="back", subjects=by_group)).asks_for_groups(FRONT)
