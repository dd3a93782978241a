"""Provide a site that signs access tokens with a key of its own."""

from __future__ import annotations

import pytest

from tests.worlds.signing import new_key
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT


@pytest.fixture
def signing(settings):
    """Let the site sign with one new key, and return it."""
    key = new_key()
    settings.TOKEN_EXCHANGE = {"SIGNING_KEYS": [key]}
    return key


@pytest.fixture
def jwt_target(world, signing):
    """Let `back-api` get its access tokens as JWTs."""
    world.target.token_format = "at+jwt"
    world.target.save()
    return world.target


@pytest.fixture
def on_request(world, signing):
    """A policy that issues JWTs on request, for targets with opaque tokens."""
    return world.policy(issued_token_types=[ACCESS_TOKEN, JWT])
