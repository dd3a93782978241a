"""oidc-provider, an OpenID provider written by others: an ID token that it really issued is traded here."""

from __future__ import annotations

import pytest

from tests.worlds.world import flipped
from token_exchange.models import IssuerHealth, LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN

pytestmark = [pytest.mark.node, pytest.mark.compliance("RFC 8693", "3")]


@pytest.fixture
def issuer(world, external_issuer):
    """A row that trusts it by discovery for tokens meant for its client `this-site`; Alice is `alice` there."""
    row = TrustedIssuer.objects.create(
        name="oidc-provider",
        issuer=external_issuer.issuer,
        token_types=[ID_TOKEN],
        audiences=["this-site"],
        allows_private_network=True,
        ca_bundle=external_issuer.ca_bundle,
        scope_mapping={"*": ["read"]},
    )
    LinkedAccount.objects.create(trusted_issuer=row, subject="alice", user=world.alice)
    world.policy(ways=["same_subject"], subject_token_types=[ID_TOKEN], lists={"trusted_issuers": [row]})
    return row


@pytest.fixture
def present(world, issuer):
    """A function that trades a token as an ID token."""

    def exchange(token, **parameters):
        return world.exchange(token, **{"subject_token_type": ID_TOKEN, **parameters})

    return exchange


def test_an_id_token_of_a_real_login_is_exchanged(world, external_issuer, issuer, present):
    """Login, consent, code and ID token there; keys by discovery over TLS; a token of this site for Alice here."""
    answer = present(external_issuer.login("alice")["id_token"])

    assert answer.status_code == 200, answer.content
    assert (answer.json()["issued_token_type"], answer.json()["scope"]) == (ACCESS_TOKEN, "read")
    assert world.introspect(answer.json()["access_token"])["username"] == "alice"
    assert IssuerHealth.objects.get(trusted_issuer=issuer).outcome == "ok"


def test_what_else_a_login_there_yields_is_refused(world, external_issuer, present):
    """Its opaque access token, an ID token meant for another site, of a stranger, or changed."""
    alices = external_issuer.login("alice")
    for token, reason in [
        (alices["access_token"], "jwt_malformed"),
        (external_issuer.login("alice", client="another-site")["id_token"], "claims_invalid"),
        (external_issuer.login("stranger")["id_token"], "subject_unknown"),
        (flipped(alices["id_token"][:-8]) + alices["id_token"][-8:], "signature_invalid"),
    ]:
        world.refused(
            lambda: present(alices["id_token"]),
            lambda token=token: present(token),
            error="invalid_request",
            reason=reason,
        )


def test_its_id_token_is_no_access_token(world, external_issuer, present):
    """Declared as what it is not, the same token is refused."""
    token = external_issuer.login("alice")["id_token"]
    world.refused(
        lambda: present(token),
        lambda: present(token, subject_token_type=ACCESS_TOKEN),
        error="invalid_request",
    )
