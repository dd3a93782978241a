"""INV-10, P21: whatever a token depends on ends it at exchange, use, introspection and refresh alike.

One family: Alice's token of `spa` and Bob's of `desk` yield a delegated token for the back API, which `back` may
trade further. Each row of FALLS takes something of it away; each path of PATHS shows one token somewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone
from oauth2_provider.models import get_application_model

from tests.worlds import back_api
from tests.worlds.help_desk import HelpDesk

pytestmark = pytest.mark.urls("tests.worlds.back_api")


class Family:
    """Hold the tokens of a lineage that the site issued, and use each of them on every path."""

    def __init__(self, world):
        self.world = world
        self.desk = HelpDesk(world)
        self.desk.onward_policy(issued_to=[self.desk.client])
        self.subject = world.login(world.alice)
        self.actor = world.login(world.bob, client=self.desk.client)
        answer = self.desk.exchange(self.subject["access_token"], self.actor["access_token"])
        assert "refresh_token" not in answer.json()
        self.token = answer.json()["access_token"]
        self.alice, self.bob, self.spa, self.target = world.alice, world.bob, world.spa, world.target
        self.client, self.policy = self.desk.client, self.desk.policy

    def exchanged_again(self):
        """Exchange the parents once more."""
        answer = self.desk.exchange(self.subject["access_token"], self.actor["access_token"])
        return is_granted(answer)

    def traded_further(self):
        """Exchange the delegated token as subject token."""
        return is_granted(self.desk.onward(self.token))

    def introspected_by_its_client(self):
        told = self.world.introspect(self.token, client=self.desk.client)
        return told.get("active", False)  # a client that has fallen itself is told nothing

    def introspected_by_its_target(self):
        return self.world.introspect(self.token, client=self.world.back)["active"]

    def subject_refreshed(self):
        return is_granted(self.refreshed(self.subject, self.world.spa))

    def actor_refreshed(self):
        return is_granted(self.refreshed(self.actor, self.desk.client))

    def refreshed(self, login, client):
        """Use a refresh token, with rotation, and keep the new pair."""
        form = {"grant_type": "refresh_token", "refresh_token": login["refresh_token"]}
        answer = self.world.post(form, client=client)
        if answer.status_code == 200:
            login.update(answer.json())
        return answer


def is_granted(answer):
    """Return if a token endpoint granted; fail for any other answer than a grant or a refusal."""
    assert answer.status_code in (200, 400, 401), answer.content
    return answer.status_code == 200


def bearer(way_in):
    def path(family):
        return back_api.opens(family.token, way_in)

    return path


PATHS: dict[str, Callable[[Family], bool]] = {
    "exchanged again": Family.exchanged_again,
    "traded further": Family.traded_further,
    "introspected by its client": Family.introspected_by_its_client,
    "introspected by its target": Family.introspected_by_its_target,
    **{f"bearer: {way_in}": bearer(way_in) for way_in in back_api.WAYS_IN},
}

REFRESHES = {"subject refreshed": Family.subject_refreshed, "actor refreshed": Family.actor_refreshed}


class Fall(NamedTuple):
    """Make a row inactive and, if possible, active again; name the refresh token that depends on it."""

    fall: Callable[[Family], object]
    rise: Callable[[Family], object] | None = None
    refresh: str | None = None


def switch(name, field, down, up, refresh=None):
    """Return the `Fall` that sets one field of a row and sets it back."""

    def set_to(value):
        def change(family):
            row = getattr(family, name)
            row.refresh_from_db()
            setattr(row, field, value() if callable(value) else value)
            row.save()

        return change

    return Fall(set_to(down), set_to(up), refresh)


def deletion(name, refresh=None):
    return Fall(lambda family: getattr(family, name).delete(), None, refresh)


def unusable(name, refresh):
    """Let the site's application model call a client unusable."""

    def fall(family):
        fallen = getattr(family, name).client_id
        family.monkeypatch.setattr(
            get_application_model(), "is_usable", lambda application, request: application.client_id != fallen
        )

    return Fall(fall, lambda family: family.monkeypatch.undo(), refresh)


def minutes(number):
    return lambda: timezone.now() + timedelta(minutes=number)


FALLS = {
    "subject deactivated": switch("alice", "is_active", False, True, "subject refreshed"),
    "subject deleted": deletion("alice", "subject refreshed"),
    "actor deactivated": switch("bob", "is_active", False, True, "actor refreshed"),
    "actor deleted": deletion("bob", "actor refreshed"),
    "client unusable": unusable("client", "actor refreshed"),
    "client deleted": deletion("client", "actor refreshed"),
    "issuing client unusable": unusable("spa", "subject refreshed"),
    "issuing client deleted": deletion("spa", "subject refreshed"),
    "target disabled": switch("target", "enabled", False, True),
    "target deleted": deletion("target"),
    "policy disabled": switch("policy", "enabled", False, True),
    "policy for reports only": switch("policy", "report_only", True, False),
    "policy turned into a denial": switch("policy", "effect", "deny", "permit"),
    "policy ended": switch("policy", "ends", minutes(-1), None),
    "policy not begun": switch("policy", "begins", minutes(1), None),
    "policy deleted": deletion("policy"),
}


@pytest.fixture
def family(world, settings, monkeypatch):
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, "oauth2_provider.backends.OAuth2Backend"]
    family = Family(world)
    family.monkeypatch = monkeypatch
    return family


def open_paths(family, paths):
    return [name for name, path in paths.items() if path(family)]


@pytest.mark.scenario("L13")
@pytest.mark.parametrize("name", FALLS)
def test_inv_10_an_inactive_row_ends_every_path(family, name):
    """A row that becomes inactive ends its tokens at exchange, use and introspection, until it is active again."""
    assert open_paths(family, PATHS) == list(PATHS)
    FALLS[name].fall(family)
    assert open_paths(family, PATHS) == []
    if FALLS[name].rise:
        FALLS[name].rise(family)
        assert open_paths(family, PATHS) == list(PATHS)


@pytest.mark.scenario("K05")
@pytest.mark.parametrize("name", FALLS)
def test_inv_10_an_inactive_user_or_client_cannot_refresh(family, name):
    """Tokens of an inactive user or client cannot be refreshed; other tokens can."""
    assert open_paths(family, REFRESHES) == list(REFRESHES)
    FALLS[name].fall(family)
    assert open_paths(family, REFRESHES) == [path for path in REFRESHES if path != FALLS[name].refresh]
