"""Migration: opaque tokens of an old server are verified by asking it about each (RFC 7662)."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.worlds.key_server import AUDIENCE
from tests.worlds.old_server import OLD, answer_of_the_old_server
from token_exchange.configuration import key_locations
from token_exchange.configuration import snapshot as configurations
from token_exchange.impersonation import tickets
from token_exchange.models import ExchangeRecord, TrustedIssuer
from token_exchange.personal_access_tokens import making
from token_exchange.sts.vocabulary import ACCESS_TOKEN
from token_exchange.toolkit import token_values
from token_exchange.trusted_issuers.validation.errors import errors_in_issuer


def test_an_old_token_becomes_one_of_ours(world, old_server):
    """A token of the old server is exchanged for a token of Alice with the mapped scope, after one request to it."""
    answer = world.exchange(OLD)
    assert answer.status_code == 200, answer.content
    described = world.introspect(answer.json()["access_token"])
    assert (described["username"], described["scope"]) == ("alice", "read")
    assert base64.b64decode(old_server.authorization.removeprefix("Basic ")) == b"us:s%3Acret"


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        pytest.param({"active": False}, "introspection_inactive", "", id="inactive"),
        pytest.param({"active": "true"}, "introspection_inactive", "", id="text for true"),
        pytest.param({"exp": None}, "claims_invalid", "time_malformed", id="no expiry"),
        pytest.param({"exp": 1}, "claims_invalid", "expired", id="expired"),
        pytest.param({"client_id": "another"}, "claims_invalid", "audience_wrong", id="another client's"),
        pytest.param({"aud": "elsewhere"}, "claims_invalid", "audience_wrong", id="meant for elsewhere"),
        pytest.param({"iss": "https://other.example"}, "claims_invalid", "issuer_wrong", id="another issuer's"),
        pytest.param({"cnf": {"jkt": "x" * 43}}, "token_bound_to_key", "", id="TXS-014 bound to a key"),
        pytest.param({"username": None}, "subject_unknown", "", id="nobody's"),
        pytest.param({"username": "stranger"}, "subject_unknown", "", id="unknown subject"),
    ],
)
def test_an_answer_is_checked_like_claims(world, old_server, changes, reason, detail):
    """The claims in the old server's answer are checked as those of a JWT are."""
    old_server.introspected["odd-token-of-the-old-server"] = answer_of_the_old_server(**changes)
    answer = world.refused(
        lambda: world.exchange(OLD),
        lambda: world.exchange("odd-token-of-the-old-server"),
        error="invalid_request",
        reason=reason,
    )
    assert ExchangeRecord.objects.get(request_id=answer["X-Request-Id"]).detail == detail


def test_only_the_servers_of_the_callers_policies_are_asked(world, old_server):
    """A token is shown only to old servers that a policy of the calling client names."""
    world.policy(client=world.agent)
    assert world.exchange(OLD, client=world.agent).status_code == 400
    assert "/introspect" not in old_server.requests


def test_local_tokens_are_never_shown_to_the_old_server(world, old_server):
    """A token of this server is looked up here and never shown to the old server."""
    world.policy()
    assert world.exchange(world.login_token()).status_code == 200
    assert "/introspect" not in old_server.requests


def test_the_old_server_is_not_asked_without_end(world, old_server, settings):
    """Unknown tokens of one client cause a few requests a minute; other clients and the next minute are unaffected."""
    settings.TOKEN_EXCHANGE = {**settings.TOKEN_EXCHANGE, "BAD_TOKENS_PER_MINUTE": 2}
    world.policy(client=world.agent, ways=["same_subject"], lists={"trusted_issuers": [TrustedIssuer.objects.get()]})
    with time_machine.travel("2030-01-01T00:00:10Z", tick=False) as clock:
        old_server.introspected[OLD] = answer_of_the_old_server()
        assert [world.exchange(f"made-up-{number}").status_code for number in range(2)] == [400, 400]
        asked, before = old_server.asked_for("/introspect"), world.counts()
        waiting = world.exchange("made-up-2")
        reason = "introspection_unavailable"
        world.assert_refusal(waiting, before, error="temporarily_unavailable", reason=reason, status=503)
        assert waiting["Retry-After"] == "50"
        assert ExchangeRecord.objects.latest("pk").detail == "too_many_questions"
        assert old_server.asked_for("/introspect") == asked
        assert world.exchange(OLD, client=world.agent).status_code == 200
        clock.shift(50)
        assert world.exchange(OLD).status_code == 200


def test_an_old_server_that_is_down_is_a_failure_of_ours(world, old_server):
    """If the old server does not answer, the exchange is answered with 503."""
    TrustedIssuer.objects.get().delete()
    world.policy(
        ways=["same_subject"],
        lists={
            "trusted_issuers": [
                TrustedIssuer.objects.create(
                    name="gone",
                    issuer="https://localhost:1",
                    audiences=[AUDIENCE],
                    token_types=[ACCESS_TOKEN],
                    verification="introspection",
                    introspection_url="https://localhost:1/introspect",
                    credentials="old",
                    allows_private_network=True,
                )
            ]
        },
    )
    assert world.exchange(OLD).status_code == 503


def values_of_ours(world):
    """Return values that this server issued and that are no access tokens, active and ended, by kind."""
    login = world.login()
    ended = world.login()
    world.revoke(ended["refresh_token"], client=world.spa)
    pat = making.create(
        world.alice, name="script", scopes=["read"], targets=[], expires=timezone.now() + timedelta(days=1)
    )
    old = pat.value
    renewed = making.rotate(pat.row, expires=timezone.now() + timedelta(days=1)).value
    exchanged = world.exchange(login["access_token"]).json()["access_token"]
    world.revoke(exchanged, client=world.front)
    return {
        "refresh token": login["refresh_token"],
        "revoked refresh token": ended["refresh_token"],
        "revoked access token": exchanged,
        "authorization code": world.authorization_code(),
        "personal access token": renewed,
        "renewed personal access token": old,
        "ticket": token_values.generate(tickets.PREFIX),
        "mistyped personal access token": renewed[:-1] + "!",
    }


@pytest.mark.scenario("INV-29")
def test_no_secret_of_ours_is_posted_to_the_old_server(world, old_server):
    """A secret of this server that is declared an access token is not sent to the old server."""
    world.policy()
    for kind, value in values_of_ours(world).items():
        del old_server.requests[:]
        answer = world.exchange(value)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), kind
        assert "/introspect" not in old_server.requests, kind


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://old.example"},
        {"url": "https://localhost:1"},
        {"url": "https://127.0.0.1"},
        {"host": "localhost.example"},
        {"host": "old.example:8443"},
    ],
    ids=repr,
)
def test_credentials_go_to_no_other_host(world, old_server, settings, changes):
    """An administrator who may change the row cannot send the site's secret to another host."""
    settings.TOKEN_EXCHANGE = {"CREDENTIALS": {"old": {"client_id": "us", "client_secret": "s:cret", **changes}}}
    del old_server.requests[:]
    assert world.exchange(OLD).status_code == 503
    assert old_server.requests == []
    row = TrustedIssuer.objects.get()
    assert {error.field for error in errors_in_issuer(row)} == {"introspection_url"}


def test_credentials_without_a_host_do_not_leave_this_machine(world, old_server, settings):
    """Credentials in the older form, without a host, are sent to loopback addresses only."""
    settings.TOKEN_EXCHANGE = {"CREDENTIALS": {"old": ("us", "s:cret")}}
    assert world.exchange(OLD).status_code == 200
    elsewhere = old_server.issuer.replace("localhost", "old.example")
    TrustedIssuer.objects.update(introspection_url=f"{elsewhere}/introspect")
    configurations.forget()
    key_locations.forget()
    row = TrustedIssuer.objects.get()
    assert "introspection_url" in {error.field for error in errors_in_issuer(row)}
    assert world.exchange(OLD).status_code == 503


def test_the_username_of_an_answer_is_the_default(world, old_server):
    """An answer names the user in `username` (RFC 7662 §2.2), where OpenID Connect has `preferred_username`."""
    row = TrustedIssuer.objects.get()
    row.subject_mapping, row.accepts_mutable_claims = "username", True
    row.save()
    old_server.introspected[OLD]["username"] = "alice"
    assert world.exchange(OLD).status_code == 200
    row.accepts_mutable_claims = False
    row.save()
    assert world.exchange(OLD).status_code == 400


def test_a_row_names_the_claim_of_the_audience(world, old_server):
    """If the row says that the audience is in `client_id`, the answer's `aud` is ignored."""
    row = TrustedIssuer.objects.get()
    row.audience_claim = "client_id"
    row.save()
    old_server.introspected["odd-token-of-the-old-server"] = answer_of_the_old_server(
        client_id="other", aud="old-client"
    )
    world.refused(
        lambda: world.exchange(OLD),
        lambda: world.exchange("odd-token-of-the-old-server"),
        error="invalid_request",
        reason="claims_invalid",
    )
