"""INV-3: a token is accepted only as its real type, and a changed token as none."""

from __future__ import annotations

import pytest
from django.conf import settings as site
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.worlds.world import SECRET
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT, REFRESH_TOKEN

SAML = "urn:ietf:params:oauth:token-type:saml2"
DECLARED = (ACCESS_TOKEN, REFRESH_TOKEN, ID_TOKEN, JWT, SAML, "urn:example:anything")

positions = st.integers(0, 29)
letters = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
snippets = st.text(letters, min_size=1, max_size=5)


def tokens_of_every_kind(world):
    """Return one token of each kind that a login of this site yields, by kind."""
    scope = "read write"
    if site.OAUTH2_PROVIDER.get("OIDC_ENABLED"):
        world.spa.algorithm = "RS256"
        world.spa.save()
        scope = "read write openid"
    granted = world.login(scope=scope)
    kinds = {
        "access token": granted["access_token"],
        "refresh token": granted["refresh_token"],
        "authorization code": world.authorization_code(),
        "client secret": SECRET,
        "client id": world.spa.client_id,
        "user name": world.alice.get_username(),
    }
    return {**kinds, **({"ID token": granted["id_token"]} if "id_token" in granted else {})}


@pytest.mark.parametrize("parameter", ["subject_token", "actor_token"])
def test_only_the_real_type_is_taken(world, parameter):
    """Of every kind of token under every declared type, only an access token declared as one is accepted."""
    world.policy(ways=["delegation"], issued_to=[world.spa], lists={"actor_clients": [world.front]})
    real = {"subject_token": world.login_token(), "actor_token": world.client_token()}
    kinds = tokens_of_every_kind(world)
    if parameter == "actor_token":
        kinds["access token"] = real["actor_token"]

    def send(kind, declared):
        form = {**real, parameter: kinds[kind], f"{parameter}_type": declared}
        return world.exchange(form.pop("subject_token"), **form)

    for kind in kinds:
        for declared in DECLARED:
            if (kind, declared) == ("access token", ACCESS_TOKEN):
                assert send(kind, declared).status_code == 200
            else:
                world.refused(
                    lambda: send("access token", ACCESS_TOKEN),
                    lambda kind=kind, declared=declared: send(kind, declared),
                    error="invalid_request",
                )


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=positions, letter=letters, snippet=snippets)
def test_what_is_almost_a_token_is_none(world, position, letter, snippet):
    """A changed, shortened, lengthened or re-cased token is refused (ZITADEL CVE-2026-27840)."""
    world.policy()
    token = world.login_token()
    assume(token[position] != letter and token.swapcase() != token)
    changed = token[:position] + letter + token[position + 1 :]
    for almost in (changed, token[:-1], token[1:], token + snippet, snippet + token, token.swapcase()):
        world.refused(
            lambda: world.exchange(token),
            lambda almost=almost: world.exchange(almost),
            error="invalid_request",
            reason="token_unknown",
        )
