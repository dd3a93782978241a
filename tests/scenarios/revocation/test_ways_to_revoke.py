"""Section L: every way to revoke a token also revokes its descendants."""

from __future__ import annotations

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client as Browser
from django.urls import reverse
from oauth2_provider.models import get_access_token_model, get_refresh_token_model

from tests.worlds.help_desk import HelpDesk
from token_exchange.models import ExchangeRecord
from token_exchange.toolkit.compat import fingerprint_of


def signed_in(user):
    browser = Browser()
    browser.force_login(user)
    return browser


def access_token_row(token):
    return get_access_token_model().objects.get(token_checksum=fingerprint_of(token))


def run_admin_action(administrator, rows, action):
    """Select the rows in the toolkit's admin list and run one of its actions."""
    options = rows[0]._meta
    page = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    form = {"action": action, ACTION_CHECKBOX_NAME: [row.pk for row in rows]}
    answer = signed_in(administrator).post(page, form, secure=True)
    assert answer.status_code == 302, answer.content


@pytest.fixture
def administrator(world):
    return world.user("administrator", is_staff=True, is_superuser=True)


def test_l08_the_refresh_token_behind_it(world, relay):
    """Revoking a refresh token revokes its access token and the descendants of that."""
    login = world.login()
    tokens = relay.tokens(2, login["access_token"])
    assert world.revoke(login["refresh_token"], client=world.spa).status_code == 200
    assert relay.alive(tokens) == "---"


def test_l12_the_users_own_page(world, relay):
    """Revoking an authorization on the toolkit's page for users revokes its descendants."""
    tokens = relay.tokens(2)
    page = reverse("oauth2_provider:authorized-token-delete", args=[access_token_row(tokens[0]).pk])
    assert signed_in(world.alice).post(page, secure=True).status_code == 302
    assert relay.alive(tokens) == "---"


def test_l12_the_page_of_another_user(world, relay):
    """A user cannot revoke another user's authorization."""
    tokens = relay.tokens(2)
    page = reverse("oauth2_provider:authorized-token-delete", args=[access_token_row(tokens[0]).pk])
    assert signed_in(world.bob).post(page, secure=True).status_code == 404
    assert relay.alive(tokens) == "+++"


@pytest.mark.parametrize(("ticked", "left"), [([0], "---"), ([1], "+--"), ([0, 1, 2], "---"), ([2, 1], "+--")])
def test_l12_access_tokens_revoked_in_the_admin(relay, administrator, ticked, left):
    """The toolkit's admin action on access tokens revokes their descendants, also if these are selected too."""
    tokens = relay.tokens(2)
    run_admin_action(administrator, [access_token_row(tokens[index]) for index in ticked], "revoke_tokens")
    assert relay.alive(tokens) == left


def test_l12_refresh_tokens_revoked_in_the_admin(world, relay, administrator):
    """The toolkit's admin action on refresh tokens revokes the descendants of their access tokens."""
    login = world.login()
    tokens = relay.tokens(2, login["access_token"])
    model = get_refresh_token_model()
    row = model.objects.get(token_checksum=fingerprint_of(login["refresh_token"]))
    run_admin_action(administrator, [row], "revoke_tokens")
    assert relay.alive(tokens) == "---"


@pytest.fixture
def logout(openid_connect, settings):
    """Log a browser out by OpenID Connect."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OIDC_RP_INITIATED_LOGOUT_ENABLED": True}

    def send(user):
        answer = signed_in(user).post(reverse("oauth2_provider:rp-initiated-logout"), {"allow": "true"}, secure=True)
        assert answer.status_code == 302, answer.content

    return send


def test_l12_logout_of_the_subject(world, relay, logout):
    """An OpenID Connect logout ends the user's tokens and their descendants, and no other user's."""
    tokens, bobs = relay.tokens(2), relay.tokens(2, world.login_token(world.bob))
    logout(world.alice)
    assert (relay.alive(tokens), relay.alive(bobs)) == ("---", "+++")


def test_l12_logout_of_the_actor(world, logout):
    """The logout of an actor ends the tokens delegated with the actor's token; the subject stays logged in."""
    desk = HelpDesk(world)
    subject_token = desk.subject_token()
    token = desk.token(subject_token)
    logout(world.bob)
    assert world.introspect(token, client=desk.client) == {"active": False}
    assert world.introspect(subject_token, client=world.spa)["active"]


def test_l13_the_subject_is_deleted(world, relay):
    """Deleting a user ends the user's tokens and those in which the user acts, and keeps the records."""
    desk = HelpDesk(world)
    tokens, delegated = relay.tokens(2), desk.token()
    world.alice.delete()
    assert relay.alive(tokens) == "---"
    assert world.introspect(delegated, client=desk.client) == {"active": False}
    assert ExchangeRecord.objects.filter(outcome="granted").count() == 3


def test_l13_the_actor_is_deleted(world):
    """Deleting a user ends the delegated tokens of other subjects in which the user acts."""
    desk = HelpDesk(world)
    delegated = desk.token()
    world.bob.delete()
    assert world.introspect(delegated, client=desk.client) == {"active": False}


@pytest.mark.parametrize(("index", "left"), [(0, "---"), (1, "+--"), (2, "++-")])
def test_l13_a_client_is_deleted(world, relay, index, left):
    """Deleting a client ends its tokens and all their descendants."""
    tokens = relay.tokens(2)
    client = [world.spa, *relay.clients][index]
    client.user = world.bob
    client.save()
    page = reverse("oauth2_provider:delete", args=[client.pk])
    assert signed_in(world.bob).post(page, secure=True).status_code == 302
    alive = [get_access_token_model().objects.filter(token_checksum=fingerprint_of(token)) for token in tokens]
    assert "".join("+" if row.exists() else "-" for row in alive) == left
