"""RFC 8693 §2.3 and §3: the example works, and token types have their meaning (TX-059 to TX-068)."""

from __future__ import annotations

import base64

import pytest
from django.core.checks import run_checks

from tests.worlds.resource_server import FACES, ask
from token_exchange.models import TrustedIssuer
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.parties import Party
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT, REFRESH_TOKEN
from token_exchange.toolkit.compat import fingerprint_of

pytestmark = pytest.mark.compliance("RFC 8693", "3")

SAML1 = "urn:ietf:params:oauth:token-type:saml1"
SAML2 = "urn:ietf:params:oauth:token-type:saml2"
LEGACY_SESSION = "urn:acme:legacy-session"


class LegacySessionVerifier:
    """A site's own verifier of the sessions of its old server, which are named after their users."""

    def __init__(self, context):
        self.issuer = context.configuration.issuers_by_name.get("https://legacy.example")

    def verify(self, token, now):
        """Return the user of a session; refuse a value of another form."""
        kind, _, username = token.value.partition(".")
        if kind != "session" or self.issuer is None:
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        return VerifiedToken(
            token_type=token.token_type,
            fingerprint=fingerprint_of(token.value),
            party=Party(self.issuer.issuer, username),
            account=None,
            client_id=None,
            scopes=frozenset({"read"}),
            audiences=frozenset(),
            expires=now + 60,
            root=fingerprint_of(token.value),
            issuer=self.issuer,
            claims={"preferred_username": username},
        )


@pytest.mark.urls("tests.worlds.resource_server")
@pytest.mark.compliance("RFC 8693", "2.3")
@pytest.mark.parametrize("face", FACES)
def test_tx_059_a_resource_server_exchanges_what_it_received(world, face):
    """The front API exchanges a user's token for one that the back API accepts."""
    front_api = world.make_target("front-api", owner=world.front)
    world.policy(issued_to=[])
    received = world.login_token(resource=front_api.resources[0])
    issued = world.issued(received, resource=world.target.resources[0])
    assert ask(f"{face}/audience", issued).status_code == 200
    assert ask(f"{face}/audience", received).status_code in (401, 403)
    assert ask(f"{face}/audience", received, host="front-api.example").status_code == 403


@pytest.mark.parametrize("name", ["subject_token_type", "requested_token_type"])
@pytest.mark.parametrize(
    "token_type", ["access_token", "Bearer", "oauth:token-type:access_token", ACCESS_TOKEN.upper()]
)
def test_tx_060_types_are_uris(world, alices_token, name, token_type):
    """A short name, another scheme or another case is an unsupported type."""
    world.refuses(alices_token, **{name: token_type})


def test_tx_061_other_uris_can_be_used(world, settings):
    """A site's own type is verified by the site's own class, if a policy lists it."""
    row = TrustedIssuer.objects.create(
        name="old server",
        issuer="https://legacy.example",
        audiences=["here"],
        subject_mapping="username",
        accepts_mutable_claims=True,
    )
    types = [ACCESS_TOKEN, LEGACY_SESSION]
    world.policy(subject_token_types=types, ways=["client_acts"], lists={"trusted_issuers": [row]})

    def send(session):
        return world.exchange(session, subject_token_type=LEGACY_SESSION)

    assert send("session.alice").json()["error"] == "invalid_request"
    settings.TOKEN_EXCHANGE = {"VERIFIERS": {LEGACY_SESSION: f"{__name__}.LegacySessionVerifier"}}
    answer = send("session.alice")
    assert (answer.status_code, answer.json()["scope"]) == (200, "read")
    assert world.introspect(answer.json()["access_token"])["sub"] == str(world.alice.pk)
    refused = {"valid": lambda: send("session.alice"), "error": "invalid_request"}
    world.refused(mutated=lambda: send("garbage"), reason="token_unknown", **refused)
    world.refused(mutated=lambda: send("session.nobody"), reason="subject_unknown", **refused)


def test_tx_061_names_of_the_ietf_are_not_redefined(settings):
    """A site cannot give a type below urn:ietf: another meaning."""
    settings.TOKEN_EXCHANGE = {"VERIFIERS": {JWT: f"{__name__}.LegacySessionVerifier"}}
    assert "token_exchange.E007" in {message.id for message in run_checks()}


@pytest.mark.parametrize("value", ["eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.", "a" * 30, "7"])
def test_tx_062_an_access_token_is_one_of_this_server(world, alices_token, value):
    """A token that this server did not issue is refused as access token."""
    world.refuses(alices_token, reason="token_unknown", subject_token=value)


@pytest.mark.parametrize("declared", [REFRESH_TOKEN, ACCESS_TOKEN])
def test_tx_063_a_refresh_token_is_not_taken(world, declared):
    """A refresh token is refused under every type unless a policy lists its type, and can still be used."""
    world.policy()
    login = world.login()
    changes = {"subject_token": login["refresh_token"], "subject_token_type": declared}
    world.refuses(login["access_token"], **changes)
    form = {"grant_type": "refresh_token", "refresh_token": login["refresh_token"]}
    assert world.post(form, client=world.spa).status_code == 200


@pytest.mark.parametrize("declared", [ID_TOKEN, JWT, ACCESS_TOKEN])
def test_tx_064_tx_066_an_unsigned_jwt(world, alices_token, declared):
    """An unsigned JWT is refused as ID token and as JWT."""
    parts = ('{"alg":"none"}', f'{{"iss":"https://testserver","sub":"{world.alice.pk}","aud":"front"}}', "")
    jwt = ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)
    world.refuses(alices_token, subject_token=jwt, subject_token_type=declared)


@pytest.mark.parametrize("declared", [SAML1, SAML2])
@pytest.mark.parametrize("value", ["PHNhbWxwOlJlc3BvbnNlLz4+/+8=", "<samlp:Response/>", "PEFzc2VydGlvbi8-"])
def test_tx_065_saml_is_not_taken(world, alices_token, declared, value):
    """A SAML assertion is refused in every encoding, without being parsed (T48)."""
    world.refuses(alices_token, subject_token=value, subject_token_type=declared)


def test_tx_067_an_access_token_is_opaque(world, alices_token):
    """A new access token is opaque, and does not look like a JWT."""
    answer = world.exchange(alices_token, requested_token_type=ACCESS_TOKEN).json()
    assert answer["issued_token_type"] == ACCESS_TOKEN
    assert "." not in answer["access_token"]
    world.refuses(alices_token, requested_token_type=JWT)
