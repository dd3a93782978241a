"""Plain Django views behind a bearer token: function, class, and the middleware around them."""

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
    """A token with all the scopes is let in; one that lacks any is told which, with 403 and insufficient_scope."""
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
    """Without a token no code is told, with a bad one invalid_token, with one that does not fit insufficient_scope."""
    none, bad = ask(f"{face}/own"), ask(f"{face}/own", "of-nobody")
    unfit = ask(f"{face}/own", HelpDesk(world).token())
    assert (none.status_code, none["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert (bad.status_code, bad["WWW-Authenticate"]) == (401, 'Bearer realm="api",error="invalid_token"')
    assert (unfit.status_code, unfit["WWW-Authenticate"]) == (403, 'Bearer realm="api",error="insufficient_scope"')
    assert none.json() == {"detail": "An access token is required."}
    assert bad.json() == {"detail": "The access token is invalid or has expired."}


@pytest.mark.parametrize("face", PLAIN)
def test_the_session_does_not_mix_with_the_token(world, face):
    """Bob's browser with Alice's token is Alice; without a token it is nobody, whatever its session says."""
    browser = Browser()
    browser.force_login(world.bob)
    token = world.login_token(world.alice)
    assert ask(f"{face}/any", token, browser=browser).json()["user"] == "alice"
    assert ask(f"{face}/any", browser=browser).status_code == 401
    assert ask(f"{face}/any", world.client_token(), browser=browser).json()["user"] is None


def test_a_form_without_a_token_against_forgery_is_served(world):
    """No browser sends a bearer token on its own, so a POST needs no CSRF token, and a session opens nothing."""
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(world.alice)
    assert ask("class/scoped", world.login_token(), method="post", browser=browser).status_code == 200
    assert ask("class/scoped", method="post", browser=browser).status_code == 401


@pytest.mark.parametrize("face", PLAIN)
def test_login_required_everywhere_does_not_redirect(world, settings, face):
    """With Django's LoginRequiredMiddleware the view still answers a client in its own terms, not with a login page."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]
    assert ask(f"{face}/any").status_code == 401
    assert ask(f"{face}/any", world.login_token()).status_code == 200


@pytest.mark.parametrize("face", PLAIN)
def test_caches_keep_answers_apart(world, face):
    """Every answer varies with the Authorization header, the refused ones too."""
    for token in (None, world.login_token()):
        assert "Authorization" in ask(f"{face}/any", token)["Vary"]


def test_the_class_is_protected_before_it_runs(world):
    """A method that the class does not serve tells a stranger nothing: 401, and only with a token 405."""
    assert ask("class/any", method="delete").status_code == 401
    assert ask("class/any", method="options").status_code == 401
    assert ask("class/any", world.login_token(), method="delete").status_code == 405
