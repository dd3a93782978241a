"""A person signs in to a client: authorization code with PKCE, over HTTP, as a browser would."""

from __future__ import annotations

import base64
import hashlib
import secrets
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import OpenerDirector

from demo_project.cast import ALICE, ALL_SCOPES, SPA, Client, Person
from demo_project.shortening import without_tokens
from demo_project.story.stage import Stage
from demo_project.wire import opener, send


def play(stage: Stage) -> str:
    """Show Alice signing in, and return her token."""
    terminal = stage.terminal
    terminal.act(1, "Alice signs in to the app")
    login = sign_in(ALICE, SPA, stage.site)
    terminal.request("GET /o/authorize/", {"client_id": SPA.client_id, "scope": ALL_SCOPES})
    terminal.answer(302, note="back to the app, with a code")
    terminal.request("POST /o/token/", {"grant_type": "authorization_code"})
    shown = {name: value for name, value in without_tokens(login).items() if name in ("access_token", "scope")}
    terminal.answer(200, shown)
    terminal.gap()
    stage.claim(set(login.get("scope", "").split()) == set(ALL_SCOPES.split()), "Her token opens all that she allowed.")
    return str(login["access_token"])


def sign_in(person: Person, client: Client, site: str) -> dict[str, Any]:
    """Return what the token endpoint answers once a person has signed in to a client."""
    verifier = secrets.token_urlsafe(48)
    callback = f"{site}/callback/"
    code = _code(_browser_of(person, site), client, callback, verifier, site)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback,
        "code_verifier": verifier,
        "client_id": client.client_id,
    }
    basic = (client.client_id, client.secret) if client.secret else None
    answer = send(f"{site}/o/token/", form, basic=basic)
    if answer.status != 200:
        raise RuntimeError(f"{client.client_id} got no token for {person.username}: {answer.body.decode()}")
    return answer.json


def _browser_of(person: Person, site: str) -> OpenerDirector:
    """A browser in which the person has signed in to the site."""
    cookies = CookieJar()
    browser = opener(cookies)
    send(f"{site}/login/", by=browser)
    token = next((cookie.value for cookie in cookies if cookie.name == "csrftoken"), "")
    form = {"username": person.username, "password": person.password, "csrfmiddlewaretoken": token or ""}
    answer = send(f"{site}/login/", form, by=browser)
    if answer.status != 302:
        raise RuntimeError(f"{person.username} could not sign in: the site answered {answer.status}")
    return browser


def _code(browser: OpenerDirector, client: Client, callback: str, verifier: str, site: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": callback,
        "scope": ALL_SCOPES,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    answer = send(f"{site}/o/authorize/?{urlencode(asked)}", by=browser)
    codes = parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code")
    if not codes:
        raise RuntimeError(f"{client.client_id} got no code: the site answered {answer.status}")
    return codes[0]
