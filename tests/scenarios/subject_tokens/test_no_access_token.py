"""Section C: other tokens, codes and garbage are refused as access tokens."""

from __future__ import annotations

import jwt
import pytest
from django.test import Client as Browser
from oauth2_provider.models import get_application_model

from token_exchange.sts.vocabulary import REFRESH_TOKEN
from token_exchange.toolkit.compat import fingerprint_of

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def test_c06_id_token_declared_as_access_token(world, openid_login):
    """A valid ID token that is declared an access token is refused."""
    world.policy()
    world.refused_but_for(openid_login["access_token"], openid_login["id_token"], reason="token_unknown")


def test_c08_refresh_token_declared_as_access_token(world):
    """A valid refresh token that is declared an access token is refused."""
    world.policy()
    login = world.login()
    world.refused_but_for(login["access_token"], login["refresh_token"], reason="token_unknown")


def test_c08_access_token_declared_as_refresh_token(world, alices_token):
    """A valid access token that is declared a refresh token is refused."""
    world.refuses(alices_token, subject_token_type=REFRESH_TOKEN, reason="token_type_unsupported")


def test_c09_authorization_code(world, alices_token):
    """A valid authorization code that is declared an access token is refused."""
    world.refused_but_for(alices_token, world.authorization_code(), reason="token_unknown")


def test_c09_device_code(world, alices_token, settings):
    """Valid device and user codes that are declared access tokens are refused."""
    # The toolkit cannot keep the default scopes that oauthlib adds to the answer.
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "DEFAULT_SCOPES": []}
    television = world.client("television", client_type="public", grant=DEVICE_GRANT)
    answer = world.post({"client_id": television.client_id}, path="/o/device-authorization/").json()
    for code in (answer["device_code"], answer["user_code"]):
        world.refused_but_for(alices_token, code, reason="token_unknown")


def test_c09_client_assertion(world, alices_token):
    """An assertion that a client signs with its own secret is refused as an access token."""
    claims = {"iss": "front", "sub": "front", "aud": "https://testserver/o/token/", "exp": 4_000_000_000}
    assertion = jwt.encode(claims, "a secret of at least thirty-two bytes", algorithm="HS256")
    world.refused_but_for(alices_token, assertion, reason="token_unknown")


@pytest.mark.parametrize(
    "garbage",
    [
        "garbage",
        ".",
        "..",
        "...",
        "....",
        "a.b.c",
        "a.b.c.d.e",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
        "eyJhbGciOiJub25lIn0..",
        "null",
        "0",
        "-1",
        "{}",
        "%00",
        "' OR 1=1 --",
        "*",
        "x" * 16_384,
    ],
)
def test_c11_garbage(world, alices_token, garbage):
    """Values that no server issued are refused, without a server error."""
    world.refuses(alices_token, subject_token=garbage)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token + "=",
        lambda token: f"Bearer.{token}",
        lambda token: token.swapcase(),
        lambda token: token[::-1],
        lambda token: fingerprint_of(token),
    ],
    ids=["truncated", "longer", "padded", "prefixed", "other case", "backwards", "its checksum"],
)
def test_c11_almost_a_token(world, alices_token, spoilt):
    """A value that resembles a valid token, or that the database holds of it, is refused."""
    world.refuses(alices_token, subject_token=spoilt(alices_token), reason="token_unknown")


def test_c25_registration_token(world, alices_token, settings):
    """A token that manages a registered client is refused, although it is in the same table."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "DCR_ENABLED": True}
    browser = Browser()
    browser.force_login(world.alice)
    registered = browser.post(
        "/o/register/", {"grant_types": ["client_credentials"]}, content_type="application/json", secure=True
    ).json()
    issuer = get_application_model().objects.get(client_id=registered["client_id"])
    world.policy(issued_to=[issuer])
    token = registered["registration_access_token"]
    world.refused_but_for(alices_token, token, reason="token_without_origin")
