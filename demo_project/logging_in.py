"""Sign a user in to a client as a browser would: authorization code with PKCE, over HTTP."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from demo_project.browsing import Browser, signed_in
from demo_project.cast import ALL_SCOPES, Client, Person
from demo_project.wire import opener, send


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The site where a user signs in, and what the client requests there."""

    site: str
    endpoints: str
    """The URL that `authorize/` and `token/` are below."""
    callback: str
    scope: str = ALL_SCOPES
    authority: str = ""
    """The certificate of the authority in PEM; empty for plain HTTP."""


def sign_in(person: Person, client: Client, site: str) -> dict[str, Any]:
    """Return the answer of the demo's token endpoint after a user has signed in to a client."""
    return sign_in_at(Provider(site=site, endpoints=f"{site}/o", callback=f"{site}/callback/"), person, client)


def sign_in_at(provider: Provider, person: Person, client: Client) -> dict[str, Any]:
    """Return the answer of the provider's token endpoint; raise `RuntimeError` if it has no token."""
    verifier = secrets.token_urlsafe(48)
    browser = signed_in(person, provider.site, authority=provider.authority)
    form = {
        "grant_type": "authorization_code",
        "code": _code(provider, browser, client, verifier),
        "redirect_uri": provider.callback,
        "code_verifier": verifier,
        "client_id": client.client_id,
    }
    basic = (client.client_id, client.secret) if client.secret else None
    by = opener(authority=provider.authority)
    answer = send(f"{provider.endpoints}/token/", form, basic=basic, by=by)
    if answer.status != 200:
        raise RuntimeError(f"{client.client_id} got no token for {person.username}: {answer.body.decode()}")
    return answer.json


def _code(provider: Provider, browser: Browser, client: Client, verifier: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": provider.callback,
        "scope": provider.scope,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    answer = browser.get(f"{provider.endpoints}/authorize/?{urlencode(asked)}")
    codes = parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code")
    if not codes:
        raise RuntimeError(f"{client.client_id} got no code: the site answered {answer.status}")
    return codes[0]
