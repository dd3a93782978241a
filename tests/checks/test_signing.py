"""The checks report keys that cannot sign, and JWTs that nothing could sign."""

from __future__ import annotations

import pytest

from tests.checks.cure import configure, found
from tests.worlds.signing import new_key
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT
from token_exchange.toolkit.compat import token_database

BROKEN = "-----BEGIN PRIVATE KEY-----\nsecretpart\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize("entry", ["/nowhere/key.pem", BROKEN])
def test_a_key_that_cannot_be_read(settings, entry):
    """A missing file and a broken key are reported by their position, and no part of the entry is shown."""
    settings.TOKEN_EXCHANGE = {"SIGNING_KEYS": [new_key(), entry]}
    message = found()["E014"]
    assert "entry 2" in message.msg
    assert not any(part in message.msg for part in ("nowhere", "secretpart"))


def test_a_key_from_a_file(settings, tmp_path):
    """A key may be in a file."""
    path = tmp_path / "key.pem"
    path.write_text(new_key("EdDSA"))
    settings.TOKEN_EXCHANGE = {"SIGNING_KEYS": [path]}
    assert "E014" not in found()


def test_jwts_without_a_key(world, settings):
    """A target and a policy that promise JWTs are reported while there is no key."""
    configure(settings, OIDC_RSA_PRIVATE_KEY=None)
    world.target.token_format = "at+jwt"
    world.target.save()
    assert "back-api" in found(databases=[token_database()])["E015"].msg
    settings.TOKEN_EXCHANGE = {"SIGNING_KEYS": [new_key()]}
    assert "E015" not in found(databases=[token_database()])


def test_a_policy_without_a_key(world, settings):
    """So is a policy that issues JWTs on request."""
    configure(settings, OIDC_RSA_PRIVATE_KEY=None)
    policy = world.policy(issued_token_types=[ACCESS_TOKEN, JWT])
    assert policy.name in found(databases=[token_database()])["E015"].msg
