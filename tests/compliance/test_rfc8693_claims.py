"""RFC 8693 §4: `act` and `may_act` name actors in introspection and at resource servers (TX-069 to TX-082)."""

from __future__ import annotations

import pytest

from tests.worlds import resource_server
from tests.worlds.client_chain import ClientChain
from tests.worlds.help_desk import HelpDesk
from token_exchange.models import ExchangedToken
from token_exchange.toolkit.compat import fingerprint_of

pytestmark = pytest.mark.compliance("RFC 8693", "4")

ISSUER = "https://testserver/o"


@pytest.fixture
def told_after_two_hops(world):
    """Return the introspection of a token in which two clients act."""
    relay = ClientChain(world)
    return relay.told(1, relay.token(2))


def test_tx_069_act_names_issuer_and_subject(world):
    """`act` is an object that identifies the actor within this server."""
    told = world.introspect(HelpDesk(world).token(), client=world.back)
    assert told["act"] == {"iss": ISSUER, "sub": str(world.bob.pk)}


def test_tx_070_act_identifies_and_does_nothing_else(told_after_two_hops):
    """`act` contains no claim about the validity of the token, at any depth."""
    outer = told_after_two_hops["act"]
    assert set(outer) == {"iss", "sub", "act"}
    assert set(outer["act"]) == {"iss", "sub"}


def test_tx_071_the_current_actor_is_outermost(told_after_two_hops):
    """The current actor is outermost in `act`, and earlier actors are nested."""
    outer = told_after_two_hops["act"]
    assert (outer["sub"], outer["act"]["sub"]) == ("client:hop-1", "client:hop-0")


def test_tx_072_the_chain_survives_a_second_exchange(world):
    """A client that exchanges a delegated token becomes its outermost actor, and the chain is kept."""
    desk = HelpDesk(world)
    desk.onward_policy()
    onward = world.issued(desk.token(), client=world.back)
    bob = {"iss": ISSUER, "sub": str(world.bob.pk)}
    assert world.introspect(onward, client=world.back)["act"] == {"iss": ISSUER, "sub": "client:back", "act": bob}


@pytest.mark.urls("tests.worlds.resource_server")
@pytest.mark.parametrize("face", resource_server.FACES)
def test_tx_073_only_the_current_actor_is_an_authority(world, face):
    """A requirement of a resource server for an actor is not met by an earlier actor."""
    world.policy()
    world.policy(client=world.back, targets=[world.other_target], scopes=["read"], max_chain_depth=2)
    current = world.issued(world.login_token())
    nested = world.issued(current, client=world.back)
    assert resource_server.ask(f"{face}/by-front", current).status_code == 200
    assert resource_server.ask(f"{face}/by-front", nested, host="invoices-api.example").status_code == 403
    assert resource_server.ask(f"{face}/any", nested, host="invoices-api.example").status_code == 200


def test_tx_074_introspection_shows_the_same_act_to_everyone(world):
    """The token's client and its target's owner see the same `act`."""
    desk = HelpDesk(world)
    token = desk.token()
    told = [world.introspect(token, client=client)["act"] for client in (desk.client, world.back)]
    assert told[0] == told[1] == {"iss": ISSUER, "sub": str(world.bob.pk)}


def test_tx_075_scope_is_one_string(world):
    """`scope` is a string of scopes with single spaces between them."""
    world.policy(scopes=["read", "write"])
    told = world.introspect(world.issued(world.login_token(), scope="write read"))
    assert told["scope"] == "read write"


def test_tx_076_client_id_is_the_exchanging_client(world, alices_token):
    """`client_id` names the client that exchanged, not that of the subject token."""
    assert world.introspect(world.issued(alices_token))["client_id"] == "front"


@pytest.fixture
def may_act(world):
    """Return the answer to an exchange by `back` of a token with this `may_act`."""
    world.policy(ways=["without_actor"], may_act=world.back)
    onward = {"client": world.back, "targets": [world.other_target], "scopes": ["read"]}
    world.policy(**onward, ways=["client_acts", "delegation"], lists={"actor_clients": [world.back]})

    def token(**claim):
        value = world.issued(world.login_token())
        if claim:
            ExchangedToken.objects.filter(fingerprint=fingerprint_of(value)).update(may_act=claim)
        return value

    return token


def test_tx_077_may_act_authorises_the_party_it_names(world, may_act):
    """The party in `may_act` can act with its own actor token."""
    answer = world.exchange(may_act(), client=world.back, actor_token=world.client_token(world.back))
    assert world.introspect(answer.json()["access_token"], client=world.back)["act"]["sub"] == "client:back"


def test_tx_078_may_act_that_names_another(world, may_act):
    """A party that `may_act` does not name is refused."""
    world.refused_but_for(
        may_act(), may_act(sub="client:agent"), client=world.back, reason="not_permitted_by_any_policy"
    )


def test_tx_079_all_that_identifies_must_match(world, may_act):
    """The same `sub` with another issuer is another party."""
    elsewhere = may_act(iss="https://elsewhere.example", sub="client:back")
    world.refused_but_for(may_act(), elsewhere, client=world.back, reason="not_permitted_by_any_policy")


def test_tx_080_nothing_else_within_may_act_counts(world, may_act):
    """A validity claim inside `may_act` has no effect."""
    token = may_act(sub="client:back", exp=1, nbf=99_999_999_999, aud="nowhere")
    assert world.exchange(token, client=world.back).status_code == 200


def test_tx_081_introspection_shows_may_act(world, may_act):
    """Introspection shows the `may_act` of a token."""
    assert world.introspect(may_act())["may_act"] == {"iss": ISSUER, "sub": "client:back"}


def test_tx_082_may_act_names_the_client_itself(world, may_act):
    """Without an actor token the client that `may_act` names becomes the actor (INV-12)."""
    token = may_act()
    assert world.introspect(world.issued(token, client=world.back), client=world.back)["act"]["sub"] == "client:back"
    world.policy(client=world.agent, ways=["without_actor"])
    plain, named = world.login_token(), may_act(sub="client:agent")
    world.refused_but_for(plain, named, client=world.agent, reason="not_permitted_by_any_policy")
