"""Section L: a refresh keeps the descendants of a token, and a revocation after it revokes all of them."""

from __future__ import annotations

import pytest
from oauth2_provider.models import get_refresh_token_model

from tests.worlds.help_desk import HelpDesk, value_of


@pytest.fixture
def toolkit(settings):
    """Change settings of the toolkit for one test."""

    def change(**values):
        settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, **values}

    return change


ROTATION = pytest.mark.parametrize("rotates", [True, False], ids=["rotation", "no rotation"])


def refresh(world, login, *, client=None, **parameters):
    """Use a refresh token, and return the new pair."""
    form = {"grant_type": "refresh_token", "refresh_token": login["refresh_token"], **parameters}
    answer = world.post(form, client=client or world.spa)
    assert answer.status_code == 200, answer.content
    return answer.json()


@ROTATION
def test_l08_a_routine_refresh_revokes_nothing(world, relay, toolkit, rotates):
    """The descendants of a token stay active when it is refreshed, and can be exchanged further."""
    toolkit(ROTATE_REFRESH_TOKEN=rotates)
    login = world.login()
    tokens = relay.tokens(2, login["access_token"])
    refreshed = refresh(world, login)
    assert relay.alive(tokens) == "-++"
    assert relay.alive([refreshed["access_token"]]) == "+"
    assert relay.hop(2, tokens[2]).status_code == 200


@ROTATION
@pytest.mark.parametrize("times", [1, 3])
def test_l08_the_refreshed_token_is_revoked(world, relay, toolkit, rotates, times):
    """Revoking the access token of a refresh revokes the descendants of the old access token."""
    toolkit(ROTATE_REFRESH_TOKEN=rotates)
    login = world.login()
    tokens = relay.tokens(2, login["access_token"])
    for _ in range(times):
        login = refresh(world, login)
    younger = relay.tokens(1, login["access_token"])
    world.revoke(login["access_token"], client=world.spa)
    assert (relay.alive(tokens), relay.alive(younger)) == ("---", "--")


@ROTATION
def test_l08_the_refreshed_refresh_token_is_revoked(world, relay, toolkit, rotates):
    """Revoking the refresh token of a refresh revokes the descendants of the old access token."""
    toolkit(ROTATE_REFRESH_TOKEN=rotates)
    login = world.login()
    tokens = relay.tokens(2, login["access_token"])
    world.revoke(refresh(world, login)["refresh_token"], client=world.spa)
    assert relay.alive(tokens) == "---"


@ROTATION
def test_l08_the_actors_refresh(world, toolkit, rotates):
    """A delegated token stays active when its actor token is refreshed, and ends when the new one is revoked."""
    toolkit(ROTATE_REFRESH_TOKEN=rotates)
    desk = HelpDesk(world)
    login = world.login(world.bob, client=desk.client)
    delegated = desk.token(desk.subject_token(), login["access_token"])
    refreshed = refresh(world, login, client=desk.client)
    assert world.introspect(delegated, client=desk.client)["active"]
    world.revoke(refreshed["access_token"], client=desk.client)
    assert world.introspect(delegated, client=desk.client) == {"active": False}


def test_l08_the_superseded_token_is_revoked(world, relay):
    """Revoking a token that a refresh has replaced changes nothing."""
    login = world.login()
    tokens = relay.tokens(1, login["access_token"])
    refresh(world, login)
    assert world.revoke(login["access_token"], client=world.spa).status_code == 200
    assert relay.alive(tokens) == "-+"


def test_l08_a_refresh_repeated_in_the_grace_window(world, relay, toolkit, settings):
    """A client that repeats a refresh gets the same tokens; no descendant ends, and all end together later."""
    toolkit(REFRESH_TOKEN_GRACE_PERIOD_SECONDS=120)
    if settings.OAUTH2_PROVIDER["COMPLIANT_BCP_RFC9700_TOKEN_STORAGE"]:
        pytest.skip("the toolkit cannot repeat an answer that it has not stored")
    login = world.login()
    tokens = relay.tokens(2, login["access_token"])
    first, again = refresh(world, login), refresh(world, login)
    assert first["access_token"] == again["access_token"]
    younger = relay.tokens(1, again["access_token"])
    assert (relay.alive(tokens), relay.alive(younger)) == ("-++", "++")
    world.revoke(again["access_token"], client=world.spa)
    assert (relay.alive(tokens), relay.alive(younger)) == ("---", "--")


def test_k08_a_refresh_token_used_again(world, relay, toolkit):
    """If a refresh token is used twice, its whole family and all descendants are revoked, because it may be stolen."""
    toolkit(REFRESH_TOKEN_REUSE_PROTECTION=True)
    login = world.login()
    older = relay.tokens(2, login["access_token"])
    refreshed = refresh(world, login)
    younger = relay.tokens(1, refreshed["access_token"])
    form = {"grant_type": "refresh_token", "refresh_token": login["refresh_token"]}
    assert world.post(form, client=world.spa).json()["error"] == "invalid_grant"
    assert (relay.alive(older), relay.alive(younger)) == ("---", "--")


def test_k09_a_refresh_token_revoked_and_used_in_the_grace_window(world, relay, toolkit):
    """A refresh token that was revoked cannot be used within the grace period."""
    toolkit(REFRESH_TOKEN_GRACE_PERIOD_SECONDS=120)
    login = world.login()
    tokens = relay.tokens(1, login["access_token"])
    world.revoke(login["refresh_token"], client=world.spa)
    form = {"grant_type": "refresh_token", "refresh_token": login["refresh_token"]}
    assert world.post(form, client=world.spa).json()["error"] == "invalid_grant"
    assert relay.alive(tokens) == "--"


@pytest.mark.parametrize("grant", ["client_credentials", "refresh_token"])
def test_l08_a_parameter_that_poses_as_the_refreshed_row(world, grant):
    """A parameter with the name of an attribute of the toolkit for refreshes has no effect (P8)."""
    note = {"refresh_token_instance": "x"}
    if grant == "refresh_token":
        assert refresh(world, world.login(), **note)["access_token"]
    else:
        answer = world.post({"grant_type": grant, **note}, client=world.front)
        assert answer.status_code == 200, answer.content


def test_k01_an_exchange_yields_no_refresh_token(world, relay):
    """An exchange issues no refresh token, and its access token is refused as one."""
    login = world.login_token()
    before = get_refresh_token_model().objects.count()
    answer = relay.hop(0, login)
    assert "refresh_token" not in answer.json()
    assert get_refresh_token_model().objects.count() == before
    form = {"grant_type": "refresh_token", "refresh_token": value_of(answer)}
    assert world.post(form, client=relay.clients[0]).status_code == 400
