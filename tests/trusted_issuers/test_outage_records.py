"""An outage of an issuer leaves a record and a line in the log that name issuer and cause."""

from __future__ import annotations

import pytest

from tests.admin.conftest import page, text_of
from tests.trusted_issuers.test_key_faults import FAULTS
from token_exchange.models import ExchangeRecord, IssuerHealth, TrustedIssuer
from token_exchange.wording.issuer_words import outcome_in_words

pytestmark = pytest.mark.scenario("INV-23")


def told_of(world):
    """Return the one line of the log about a failure."""
    (line,) = [line for line in world.heard.lines if line.startswith("token_exchange token exchange failed: ")]
    return line


@pytest.mark.parametrize("fault", FAULTS)
def test_keys_that_cannot_be_had_are_recorded(world, key_server, present, fault):
    """The record and the log line name issuer, client and outcome of the fetch."""
    key_server.fault = fault
    token, before = key_server.sign(), world.counts()
    answer = present(token)
    world.assert_refusal(answer, before, error="temporarily_unavailable", reason="keys_unavailable", status=503)
    assert int(answer["Retry-After"]) >= 1
    record = ExchangeRecord.objects.get()
    assert (record.client_id, record.trusted_issuer) == ("front", key_server.issuer)
    assert record.detail == IssuerHealth.objects.get().outcome
    assert outcome_in_words(record.detail)
    assert record.subject_token_type == "urn:ietf:params:oauth:token-type:jwt"
    message = told_of(world).partition(" {")[0]
    for part in ("keys_unavailable", record.detail, key_server.issuer, "'front'", answer["X-Request-Id"]):
        assert part in message
    assert not any(part in str(vars(record)) + str(world.heard.lines) for part in token.split("."))


@pytest.fixture
def introspecting(world, key_server, settings):
    """Set up an issuer with introspection, and a policy that names it."""
    settings.TOKEN_EXCHANGE = {"CREDENTIALS": {"old": ("us", "s:cret-of-some-length")}}
    row = TrustedIssuer.objects.create(
        name="old server",
        issuer=key_server.issuer,
        audiences=["old-client"],
        token_types=["urn:ietf:params:oauth:token-type:access_token"],
        verification="introspection",
        introspection_url=f"{key_server.issuer}/introspect",
        credentials="old",
        allows_private_network=True,
        ca_bundle=key_server.ca_bundle,
    )
    world.policy(ways=["same_subject"], lists={"trusted_issuers": [row]})
    return row


UNANSWERED = {
    "connection_failed": {"introspection_url": "https://localhost:1/introspect"},
    "certificate_refused": {"ca_bundle": ""},
    "address_not_public": {"allows_private_network": False},
    "no_credentials": {"credentials": "gone"},
    "url_invalid": {"introspection_url": "http://localhost/introspect"},
}


@pytest.mark.parametrize("outcome", UNANSWERED)
def test_an_introspection_that_fails_is_recorded(world, introspecting, outcome):
    """A failed introspection request is recorded with its cause."""
    TrustedIssuer.objects.filter(pk=introspecting.pk).update(**UNANSWERED[outcome])
    introspecting.refresh_from_db()
    introspecting.save()
    before = world.counts()
    answer = world.exchange("an-opaque-token-of-the-old-server")
    reason = "introspection_unavailable"
    world.assert_refusal(answer, before, error="temporarily_unavailable", reason=reason, status=503)
    record = ExchangeRecord.objects.latest("pk")
    assert (record.detail, record.trusted_issuer) == (outcome, introspecting.issuer)
    line = told_of(world)
    assert all(part in line for part in (reason, outcome, introspecting.issuer, answer["X-Request-Id"]))


def test_the_page_tells_that_a_server_answers_again(world, introspecting, key_server):
    """The issuer's page shows the end of an outage after the next answer."""

    def outcome():
        return IssuerHealth.objects.get().outcome

    assert world.exchange("an-opaque-token-of-the-old-server").status_code == 400
    assert outcome() == "answered"
    genuine = introspecting.introspection_url
    for url, expected in (("https://localhost:1/introspect", "connection_failed"), (genuine, "answered")):
        introspecting.introspection_url = url
        introspecting.save()
        world.exchange("an-opaque-token-of-the-old-server")
        assert outcome() == expected


def test_the_record_is_shown_in_words(superuser, key_server, present):
    """The admin explains the failure in words, and finds such records by error and reason."""
    key_server.fault = "500"
    assert present(key_server.sign()).status_code == 503
    html = text_of(superuser.get(page("exchangerecord", "change", ExchangeRecord.objects.get().pk)))
    assert "The issuer&#x27;s keys could not be fetched." in html
    assert outcome_in_words("status_500") in html
    for query in ("error=temporarily_unavailable", "reason=keys_unavailable"):
        assert "keys_unavailable" in text_of(superuser.get(f"{page('exchangerecord')}?{query}"))


def test_an_issuer_cannot_break_the_line(world, key_server, issuer, present):
    """A line break in a row does not begin another line of the log."""
    TrustedIssuer.objects.filter(pk=issuer.pk).update(issuer=f"{key_server.issuer}/\nERROR forged")
    issuer.refresh_from_db()
    issuer.save()
    present(key_server.sign(iss=issuer.issuer))
    assert not [line for line in world.heard.lines if "\n" in line]
