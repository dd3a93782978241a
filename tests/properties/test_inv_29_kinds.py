"""INV-29: a token is accepted only as the kind that its claims name, on every path."""

from __future__ import annotations

import pytest

from tests.jose.issuer import Issuer
from tests.worlds.external_issuer import current, trusting
from tests.worlds.old_server import answer_of_the_old_server
from token_exchange.models import ExchangeRecord
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT

pytestmark = [pytest.mark.scenario("INV-29"), pytest.mark.compliance("RFC 8725", "3.12")]

SIGNER = Issuer()
OLD = "an-opaque-token-of-the-old-server"
TYPES = (JWT, ACCESS_TOKEN, ID_TOKEN)
HASH = "ngDXJ5l5gWzX2jZ0"

ACCESS = {
    "Cognito access": {"token_use": "access"},
    "Hydra access": {"token_use": "access_token"},
    "Keycloak access": {"typ": "Bearer"},
    "capitals": {"typ": "BEARER"},
    "as its header would": {"typ": "at+jwt"},
    "RFC 7662": {"token_type": "Bearer"},
    "by its URN": {"token_type": ACCESS_TOKEN},
    "Simple JWT": {"token_type": "access"},
    "Flask-JWT-Extended": {"type": "access"},
    "FusionAuth": {"tty": "at"},
    "with the nonce of its login": {"typ": "Bearer", "nonce": "n-0S6"},
}
ID = {
    "Cognito ID": {"token_use": "id"},
    "Keycloak ID": {"typ": "ID", "nonce": "n-0S6"},
    "ID in small letters": {"typ": "id"},
    "Hydra ID": {"token_use": "id_token"},
    "named ID": {"token_type": "id_token"},
    "a nonce": {"nonce": "n-0S6"},
    "an empty nonce": {"nonce": ""},
    "at_hash": {"at_hash": HASH},
    "c_hash": {"c_hash": HASH},
    "s_hash": {"s_hash": HASH},
}
ANY = {"nothing": {}, "a JWT": {"typ": "JWT"}, "another meaning": {"type": "service"}}
OTHER = {
    "Cognito refresh": {"token_use": "refresh"},
    "Hydra refresh": {"token_use": "refresh_token"},
    "Keycloak refresh": {"typ": "Refresh"},
    "Keycloak offline": {"typ": "Offline"},
    "Keycloak logout": {"typ": "Logout"},
    "Simple JWT refresh": {"token_type": "refresh"},
    "named refresh": {"token_type": "refresh_token"},
    "capitals refresh": {"token_type": "Refresh_Token"},
    "refresh by its URN": {"token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
    "Flask-JWT-Extended refresh": {"type": "refresh"},
    "ID-JAG": {"typ": "oauth-id-jag+jwt"},
    "logout": {"typ": "logout+jwt"},
    "security event": {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
    "no events": {"events": None},
    "introspection answer": {"token_introspection": {"active": True}},
    "proof of possession": {"htm": "POST", "htu": "https://here.example/o/token/"},
    "selective disclosure": {"_sd_alg": "sha-256"},
    "two words": {"token_use": "access", "typ": "Refresh"},
    "word of nobody": {"token_use": "session"},
    **{f"token_use {word!r}": {"token_use": word} for word in (None, True, 7, "", ["access"], {"access": True})},
    **{f"typ {word!r}": {"typ": word} for word in (None, False, 0, "", ["Bearer"])},
}
FITTING = {ACCESS_TOKEN: ACCESS | ANY, JWT: ACCESS | ANY, ID_TOKEN: ID | ANY}
WORDS = ACCESS | ID | ANY | OTHER


@pytest.fixture
def signed(world):
    """Return a function that presents a JWT with these claims as one type; the row accepts all three."""
    row = trusting(world, SIGNER, token_types=list(TYPES))
    lists = {"trusted_issuers": [row]}
    world.policy(ways=["same_subject"], subject_token_types=[ACCESS_TOKEN, ID_TOKEN], lists=lists)

    def exchange(declared, **claims):
        payload = {**current(iss=row.issuer, sub="alice"), **claims}
        return world.exchange(SIGNER.sign(SIGNER.header(), payload), subject_token_type=declared)

    return exchange


@pytest.mark.parametrize("declared", TYPES)
@pytest.mark.parametrize("words", WORDS)
def test_a_jwt_is_what_it_says(world, signed, declared, words):
    """A JWT with a claim about its kind is accepted under the types that fit, and no others."""
    if words in FITTING[declared]:
        assert signed(declared, **WORDS[words]).status_code == 200
    else:
        world.refused(lambda: signed(declared), lambda: signed(declared, **WORDS[words]), error="invalid_request")


@pytest.mark.parametrize("words", WORDS)
def test_an_introspected_token_is_what_its_server_says(world, old_server, words):
    """An opaque token is refused if its server's answer says that it is no access token."""
    old_server.introspected["odd-token-of-the-old-server"] = {**answer_of_the_old_server(), **WORDS[words]}
    if words in FITTING[ACCESS_TOKEN]:
        assert world.exchange("odd-token-of-the-old-server").status_code == 200
    else:
        world.refused(
            lambda: world.exchange(OLD), lambda: world.exchange("odd-token-of-the-old-server"), error="invalid_request"
        )


def test_the_record_says_which_word_it_was(world, old_server):
    """The record names the claim, and not its value."""
    old_server.introspected["odd-token-of-the-old-server"] = answer_of_the_old_server(token_use="refresh_token")
    answer = world.exchange("odd-token-of-the-old-server")
    record = ExchangeRecord.objects.get(request_id=answer["X-Request-Id"])
    assert (record.reason, record.detail) == ("token_type_not_taken_from_issuer", "token_use")
