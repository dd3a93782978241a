"""INV-15: revocation or expiry of an ancestor makes every descendant inactive, in a lineage of any shape."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oauth2_provider.models import get_access_token_model

from tests.worlds import back_api
from tests.worlds.help_desk import HelpDesk, value_of
from token_exchange.toolkit.compat import fingerprint_of

ACTORS = 2

# Fewer than elsewhere: every example logs people in and sends a dozen requests.
EXAMPLES = settings.default.max_examples * 2 // 5

HOPS = st.lists(st.tuples(st.integers(0, 20), st.none() | st.integers(0, ACTORS - 1)), min_size=1, max_size=5)
REVOKED = st.lists(st.integers(0, 20), min_size=1, max_size=2)


class Descent:
    """Remember which token was exchanged from which, to compare it with the database."""

    def __init__(self, world, desk, actors):
        self.world, self.desk, self.actors = world, desk, actors
        self.tokens = [world.login_token(client=desk.client)]
        self.parents = {self.tokens[0]: []}

    def hop(self, number, actor):
        """Exchange one of the tokens with one of the actor tokens or none; a refused exchange adds no token."""
        subject_token = self.tokens[number % len(self.tokens)]
        acting = {} if actor is None else {"actor_token": self.actors[actor]}
        answer = self.world.exchange(subject_token, client=self.desk.client, **acting)
        if answer.status_code == 200:
            token = value_of(answer)
            self.tokens.append(token)
            self.parents[token] = [subject_token, *acting.values()]

    def inactive(self, revoked):
        """Return the tokens that must be inactive: the revoked ones and all their descendants."""
        inactive = set(revoked)
        for token in self.tokens:  # parents come before their children
            if not inactive.isdisjoint(self.parents[token]):
                inactive.add(token)
        return inactive

    def found_dead(self):
        return {token for token in self.tokens if not self.world.introspect(token, client=self.desk.client)["active"]}


@pytest.fixture
def desk(world):
    desk = HelpDesk(world, max_chain_depth=ACTORS)
    desk.policy.ways = ["delegation", "same_subject"]
    desk.policy.save()
    return desk


@given(hops=HOPS, revoked=REVOKED)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_inv_15_any_family(world, desk, hops, revoked):
    """In a lineage of any shape exactly the revoked tokens and their descendants are inactive."""
    people = [world.user(f"actor-{desk.policy.actor_users.count() + number}") for number in range(ACTORS)]
    desk.policy.actor_users.add(*people)
    descent = Descent(world, desk, [desk.actor_token(person) for person in people])
    for number, actor in hops:
        descent.hop(number, actor)
    everybody = [*descent.actors, *descent.tokens]
    chosen = {everybody[number % len(everybody)] for number in revoked}
    for token in chosen:
        world.revoke(token, client=desk.client)
    assert descent.found_dead() == descent.inactive(chosen) & set(descent.tokens)


def paths(world, token):
    """Return if a delegated token of the help desk is served, and if introspection calls it active."""
    return back_api.opens(token), world.introspect(token, client=world.back)["active"]


@pytest.mark.urls("tests.worlds.back_api")
@pytest.mark.parametrize("rotates", [True, False])
def test_inv_15_the_parent_expires_first(world, settings, rotates):
    """A token ends with its parent, also if a refresh replaced that by one with a shorter lifetime."""
    desk, login = HelpDesk(world), world.login()
    token = desk.token(login["access_token"])
    shorter = {"ACCESS_TOKEN_EXPIRE_SECONDS": 60, "ROTATE_REFRESH_TOKEN": rotates}
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, **shorter}
    form = {"grant_type": "refresh_token", "refresh_token": login["refresh_token"]}
    assert world.post(form, client=world.spa).json()["expires_in"] == 60
    assert paths(world, token) == (True, True)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert paths(world, token) == (False, False)


@pytest.mark.urls("tests.worlds.back_api")
@pytest.mark.parametrize("parent", ["subject", "actor"])
def test_inv_15_a_parent_removed_behind_our_back(world, parent):
    """A token whose parent was deleted by SQL, without a signal, is inactive."""
    desk = HelpDesk(world)
    subject_token, actor_token = desk.subject_token(), desk.actor_token()
    token = desk.token(subject_token, actor_token)
    assert paths(world, token) == (True, True)
    gone = subject_token if parent == "subject" else actor_token
    rows = get_access_token_model().objects.filter(token_checksum=fingerprint_of(gone))
    rows.update(token_checksum=fingerprint_of("somebody else's"))
    assert paths(world, token) == (False, False)
