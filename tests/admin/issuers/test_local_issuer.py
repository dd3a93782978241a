"""This server cannot be trusted as an external issuer."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings

from tests.jose.issuer import Issuer, jwk_set
from tests.worlds.key_server import AUDIENCE
from token_exchange.models import TrustedIssuer
from token_exchange.sts.vocabulary import JWT

ADD = "/admin/token_exchange/trustedissuer/add/"

pytestmark = pytest.mark.scenario("D34")


@pytest.fixture
def refusals(admin_client):
    """Return a function that saves a row for an issuer, and returns the names of the fields that refuse."""

    def save(issuer):
        form = {
            "name": issuer,
            "issuer": issuer,
            "enabled": "on",
            "token_types": [JWT],
            "audiences": AUDIENCE,
            "max_age": "600",
            "verification": "pasted",
            "algorithms": ["RS256"],
            "pasted_keys": jwk_set(Issuer().jwk()).decode(),
            "subject_mapping": "linked_account",
            "subject_claim": "sub",
            "new_user_attributes": "{}",
            "scope_claim": "scope",
            "scope_mapping": "{}",
        }
        answer = admin_client.post(ADD, form, secure=True)
        return set() if answer.status_code == 302 else set(answer.context["adminform"].form.errors)

    return save


def test_the_issuer_of_the_settings_is_our_own(refusals, settings):
    """The `iss` that introspection returns is refused as an external issuer; a similar identifier is accepted."""
    settings.TOKEN_EXCHANGE = {"ISSUER": "https://login.example"}
    assert refusals("https://login.example") == {"issuer"}
    assert refusals("https://login.example/other") == set()
    assert TrustedIssuer.objects.count() == 1


def test_the_issuer_of_introspection_is_our_own(world, refusals):
    """Without a setting, the issuer identifier derived from the request is refused."""
    own = world.introspect(world.client_token())["iss"]
    assert own.startswith("http")
    assert refusals(own) == {"issuer"}


@pytest.mark.skipif(not django_settings.OAUTH2_PROVIDER.get("OIDC_ENABLED"), reason="needs TEST_OIDC=1")
def test_the_issuer_of_the_id_tokens_is_our_own(refusals, client):
    """The `iss` of this server's ID tokens is refused."""
    own = client.get("/o/.well-known/openid-configuration", secure=True).json()["issuer"]
    assert refusals(own) == {"issuer"}
