"""RFC 8693 §5 to §7: security, privacy, registered names (TX-083 to TX-090)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.test import Client as Browser
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from tests.worlds.world import exchange_form
from token_exchange.sts.vocabulary import GRANT_TYPE
from token_exchange.toolkit.compat import fingerprint_of

PLAIN_MEMBERS = {
    "jti",
    "nbf",
    "policy",
    "way",
    "active",
    "iss",
    "sub",
    "client_id",
    "username",
    "scope",
    "aud",
    "token_type",
    "iat",
    "exp",
    "act",
}


@pytest.mark.compliance("RFC 8693", "5")
@pytest.mark.parametrize("reachable", [True, False])
def test_tx_083_a_stolen_token_is_of_no_use_to_another_client(world, alices_token, reachable):
    """A stolen token can be exchanged only by a confidential client with a policy that covers it."""
    thief = world.client("thief")
    if reachable:
        world.policy(client=thief, issued_to=[])
    before = world.counts()
    answer = world.exchange(alices_token, client=thief)
    error = "invalid_request" if reachable else "unauthorized_client"
    world.assert_refusal(answer, before, error=error)


@pytest.mark.compliance("RFC 8693", "5")
@pytest.mark.parametrize(
    "resource",
    [
        "https://BACK-api.example/",
        "https://back-api.example",
        "https://back-api.example:443/",
        "https://back-api.example/%2e/",
        "https://back-api.example/./",
        "https://back-api.example//",
        "https://user@back-api.example/",
        "https://back-api.example.evil.example/",
    ],
)
def test_tx_084_uris_are_compared_as_they_are(world, alices_token, resource):
    """URIs that differ in case, slash, port, dots or encoding are different; nothing is normalised."""
    world.refused(
        lambda: world.exchange(alices_token, resource="https://back-api.example/"),
        lambda: world.exchange(alices_token, resource=resource),
        error="invalid_target",
    )


@pytest.mark.compliance("RFC 8693", "5")
def test_tx_085_scope_and_lifetime_limit_delegation(world):
    """A policy of five minutes and one scope gives a token of five minutes and one scope."""
    world.policy(scopes=["read"], max_lifetime=300)
    answer = world.exchange(world.login_token(scope="read write")).json()
    assert answer["expires_in"] <= 300
    assert answer["scope"] == "read"


@pytest.mark.compliance("RFC 8693", "5")
def test_tx_085_never_later_than_the_subject(world, alices_token):
    """A new token ends with its subject token at the latest."""
    rows = get_access_token_model().objects.filter(token_checksum=fingerprint_of(alices_token))
    rows.update(expires=timezone.now() + timedelta(seconds=20))
    answer = world.exchange(alices_token).json()
    assert 1 <= answer["expires_in"] <= 20
    issued = get_access_token_model().objects.get(token_checksum=fingerprint_of(answer["access_token"]))
    assert issued.expires <= rows.get().expires


@pytest.mark.compliance("RFC 8693", "6")
def test_tx_086_tokens_travel_encrypted(world, alices_token):
    """Over plain HTTP an exchange is refused and not redirected, which would send the token again."""
    form = exchange_form(alices_token)
    world.refused(
        lambda: world.post(form, client=world.front),
        lambda: world.post(form, client=world.front, secure=False),
        error="invalid_request",
        reason="transport_not_secure",
    )


@pytest.mark.compliance("RFC 8693", "6")
def test_tx_086_switching_it_off_is_reported(settings, world, alices_token):
    """Plain HTTP can be allowed for development, and `check --deploy` reports that."""
    settings.TOKEN_EXCHANGE = {"REQUIRE_HTTPS": False}
    assert world.post(exchange_form(alices_token), client=world.front, secure=False).status_code == 200
    assert "token_exchange.E009" in {message.id for message in run_checks(include_deployment_checks=True)}


@pytest.mark.compliance("RFC 8693", "6")
def test_tx_087_the_client_reads_nothing_in_the_token(world, alices_token):
    """An opaque token contains nothing that would have to be encrypted."""
    issued = world.issued(alices_token)
    for told in ("alice", "read", "back-api", "front", fingerprint_of(alices_token)):
        assert told not in issued


@pytest.mark.compliance("RFC 8693", "6")
def test_tx_088_introspection_shows_no_personal_data(world, alices_token):
    """Introspection of an exchanged token shows no profile and no address."""
    told = world.introspect(world.issued(alices_token))
    assert set(told) == PLAIN_MEMBERS
    assert world.alice.email not in str(told)
    assert set(told["act"]) == {"iss", "sub"}


@pytest.mark.compliance("RFC 8693", "7")
@pytest.mark.parametrize("enabled", [True, False])
def test_tx_090_the_registered_name_is_listed_exactly_when_it_works(settings, world, alices_token, enabled):
    """The metadata list the grant exactly while the token endpoint supports it."""
    settings.TOKEN_EXCHANGE = {"ENABLED": enabled}
    document = Browser().get("/o/.well-known/oauth-authorization-server", secure=True).json()
    assert (GRANT_TYPE in document["grant_types_supported"]) is enabled
    answer = world.exchange(alices_token)
    assert answer.json().get("error") == (None if enabled else "unsupported_grant_type")
