"""Plain Django views, as functions and as classes, accept only suitable bearer tokens."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from tests.worlds.help_desk import HelpDesk
from tests.worlds.resource_server import ask

pytestmark = pytest.mark.urls("tests.worlds.resource_server")

PLAIN = ["function", "class"]


@pytest.mark.parametrize(("face", "method"), [("function", "get"), ("class", "post")])
@pytest.mark.compliance("RFC 6750", "3.1")
def test_scopes_are_asked_for(world, face, method):
    """A token with all the scopes is accepted; for another one, the 403 names the required scopes."""
    enough, partly = world.login_token(scope="read write"), world.login_token(scope="read orders:read")
    assert ask(f"{face}/scoped", enough, method=method).status_code == 200
    answer = ask(f"{face}/scoped", partly, method=method)
    assert answer.status_code == 403
    assert answer["WWW-Authenticate"] == 'Bearer realm="api",error="insufficient_scope",scope="read write"'
    assert answer.json() == {"detail": "The access token does not have enough scope."}
    assert ask(f"{face}/scoped", enough, method=method).status_code == 200


@pytest.mark.parametrize("face", PLAIN)
@pytest.mark.compliance("RFC 6750", "3")
def test_challenges(world, face):
    """The challenge has no error code without a token, else invalid_token or insufficient_scope."""
    none, bad = ask(f"{face}/own"), ask(f"{face}/own", "of-nobody")
    unfit = ask(f"{face}/own", HelpDesk(world).token())
    assert (none.status_code, none["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert (bad.status_code, bad["WWW-Authenticate"]) == (401, 'Bearer realm="api",error="invalid_token"')
    assert (unfit.status_code, unfit["WWW-Authenticate"]) == (403, 'Bearer realm="api",error="insufficient_scope"')
    assert none.json() == {"detail": "An access token is required."}
    assert bad.json() == {"detail": "The access token is invalid or has expired."}


@pytest.mark.parametrize("face", PLAIN)
def test_the_session_does_not_mix_with_the_token(world, face):
    """The user is that of the token, even in another user's session; a session alone gives no user."""
    browser = Browser()
    browser.force_login(world.bob)
    token = world.login_token(world.alice)
    assert ask(f"{face}/any", token, browser=browser).json()["user"] == "alice"
    assert ask(f"{face}/any", browser=browser).status_code == 401
    assert ask(f"{face}/any", world.client_token(), browser=browser).json()["user"] is None


def test_a_form_without_a_token_against_forgery_is_served(world):
    """A POST with a bearer token needs no CSRF token, and a POST with only a session is refused."""
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(world.alice)
    assert ask("class/scoped", world.login_token(), method="post", browser=browser).status_code == 200
    assert ask("class/scoped", method="post", browser=browser).status_code == 401


@pytest.mark.parametrize("face", PLAIN)
def test_login_required_everywhere_does_not_redirect(world, settings, face):
    """Under Django's LoginRequiredMiddleware the view answers 401 with a challenge, not a redirect to a login page."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]
    assert ask(f"{face}/any").status_code == 401
    assert ask(f"{face}/any", world.login_token()).status_code == 200


@pytest.mark.parametrize("face", PLAIN)
def test_caches_keep_answers_apart(world, face):
    """Every answer, refusals included, varies with the Authorization header."""
    for token in (None, world.login_token()):
        assert "Authorization" in ask(f"{face}/any", token)["Vary"]


def test_the_class_is_protected_before_it_runs(world):
    """A method that the class does not serve gets 401 without a token, and 405 only with one."""
    assert ask("class/any", method="delete").status_code == 401
    assert ask("class/any", method="options").status_code == 401
    assert ask("class/any", world.login_token(), method="delete").status_code == 405
