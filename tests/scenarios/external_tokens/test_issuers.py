"""Section D: several trusted issuers work side by side, and external tokens beside local ones."""

from __future__ import annotations

import time

import pytest
import time_machine

from tests.jose.issuer import Issuer, jwk_set
from tests.worlds.external_issuer import current, trusting
from tests.worlds.key_server import AUDIENCE
from token_exchange.models import ExchangedToken, LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT, LEEWAY


@pytest.fixture
def twins(world, key_server):
    """Create two issuers that publish one key set, each with a row, an account and a policy."""
    rules = {"one": (world.alice, world.target, "read"), "two": (world.bob, world.other_target, "invoices:read")}
    for name, (user, target, scope) in rules.items():
        row = TrustedIssuer.objects.create(
            name=name,
            issuer=f"https://{name}.example",
            audiences=[AUDIENCE],
            verification="jwks_url",
            jwks_url=f"{key_server.issuer}/keys",
            allows_private_network=True,
            ca_bundle=key_server.ca_bundle,
            scope_mapping={"*": [scope]},
        )
        LinkedAccount.objects.create(trusted_issuer=row, subject="alice-outside", user=user)
        world.policy(
            ways=["same_subject"],
            subject_token_types=[JWT],
            targets=[target],
            scopes=[scope],
            lists={"trusted_issuers": [row]},
        )

    def of(name, **parameters):
        token = key_server.sign(iss=f"https://{name}.example")
        return world.exchange(token, subject_token_type=JWT, **parameters)

    return of


@pytest.mark.scenario("D33")
@pytest.mark.parametrize(
    ("name", "user", "scope", "other"),
    [("one", "alice", "read", "invoices-api"), ("two", "bob", "invoices:read", "back-api")],
)
def test_d33_one_key_set_and_two_rows(world, twins, name, user, scope, other):
    """Each policy is applied to its own issuer's tokens, though one key signs for both."""
    answer = twins(name)
    assert (answer.status_code, answer.json()["scope"]) == (200, scope)
    assert world.introspect(answer.json()["access_token"])["username"] == user
    world.refused(lambda: twins(name), lambda: twins(name, audience=other), error="invalid_target")


@pytest.mark.scenario("D33")
def test_d33_one_row_disabled_leaves_the_other(world, twins):
    """Disabling one of two rows with the same keys leaves the tokens of the other issuer valid."""
    assert twins("two").status_code == 200
    TrustedIssuer.objects.filter(name="two").update(enabled=False)
    world.refused(lambda: twins("one"), lambda: twins("two"), error="invalid_request", reason="issuer_unknown")


@pytest.mark.scenario("TXS-009")
@pytest.mark.scenario("INV-5")
def test_txs_009_the_same_kind_of_issuer_is_not_the_same_issuer(world):
    """A server with GitHub's claims and GitHub's key id does not match a rule for GitHub."""
    rules = {
        "subject_mapping": "workload",
        "conditions": [{"claim": "repository_owner_id", "operator": "equals", "values": ["123456"]}],
    }
    github, own = Issuer(), Issuer(name="self-managed")
    canonical = trusting(world, github, name="GitHub", issuer="https://token.actions.githubusercontent.com", **rules)
    ours = trusting(world, own, name="ours", issuer="https://github.corp.example/_services/token", **rules)
    takes = {"subject_token_types": [JWT], "lists": {"trusted_issuers": [canonical]}}
    world.policy(ways=["same_subject"], subject_kind="workloads", **takes)

    def present(signer, row):
        claims = current(iss=row.issuer, sub="repo:octo-org@123456/shop@1:pull_request", repository_owner_id="123456")
        return world.exchange(signer.token(**claims), subject_token_type=JWT)

    for row, reason in [(ours, "not_permitted_by_any_policy"), (canonical, "signature_invalid")]:
        world.refused(
            lambda: present(github, canonical),
            lambda row=row: present(own, row),
            error="invalid_request",
            reason=reason,
        )


@pytest.mark.scenario("D26")
def test_d26_a_token_without_a_key_id(world):
    """A token without `kid` is accepted only if the row allows that and the issuer has a single key."""
    first, second = Issuer(), Issuer(kid="key-2", name="second")
    row = trusting(world, first, allows_missing_key_id=True)

    def under(*keys, allowed, kid=...):
        row.pasted_keys, row.allows_missing_key_id = jwk_set(*keys).decode(), allowed
        row.save()
        header = {name: value for name, value in first.header(kid=kid).items() if value is not ...}
        token = first.sign(header, current(iss=row.issuer, sub="alice"))
        return world.exchange(token, subject_token_type=JWT)

    for keys, allowed in [((first.jwk(),), False), ((first.jwk(), second.jwk()), True)]:
        world.refused(
            lambda: under(first.jwk(), allowed=True),
            lambda keys=keys, allowed=allowed: under(*keys, allowed=allowed),
            error="invalid_request",
            reason="signature_invalid",
        )
        assert under(*keys, allowed=allowed, kid="key-1").status_code == 200


@pytest.mark.scenario("D29")
@pytest.mark.parametrize("change", [{"use": "enc"}, {"key_ops": ["encrypt"]}, {"alg": "RS512"}])
def test_d29_a_key_that_is_for_something_else(world, change):
    """A valid signature by a published key that is meant for another use is refused."""
    signer = Issuer()
    row = trusting(world, signer)

    def under(**changes):
        row.pasted_keys = jwk_set(signer.jwk(**changes)).decode()
        row.save()
        return world.exchange(signer.token(**current(iss=row.issuer, sub="alice")), subject_token_type=JWT)

    world.refused(under, lambda: under(**change), error="invalid_request", reason="signature_invalid")


@pytest.mark.scenario("D47")
@pytest.mark.parametrize(
    ("claim", "accepted", "refused"),
    [("iat", LEEWAY, LEEWAY + 2), ("nbf", LEEWAY, LEEWAY + 2), ("exp", 1, -LEEWAY)],
    ids=["issued in the future", "valid in the future", "expired in the past"],
)
def test_d47_the_clock_of_the_issuer(world, claim, accepted, refused):
    """The issuer's clock may be ahead by the leeway; an expired token is refused even within it."""
    signer = Issuer()
    row = trusting(world, signer)

    def with_clock(ahead):
        claims = current(iss=row.issuer, sub="alice", **{claim: int(time.time()) + ahead})
        return world.exchange(signer.token(**claims), subject_token_type=JWT)

    with time_machine.travel(int(time.time()), tick=False):
        world.refused(lambda: with_clock(accepted), lambda: with_clock(refused), error="invalid_request")


@pytest.mark.scenario("D51")
def test_d51_an_external_subject_and_a_local_actor(world, key_server, issuer):
    """A token with an external subject and a local client as actor names both."""
    lists = {"trusted_issuers": [issuer], "actor_clients": [world.front]}
    world.policy(ways=["delegation"], subject_token_types=[JWT], lists=lists)
    actor = world.client_token()
    answer = world.exchange(key_server.sign(), subject_token_type=JWT, actor_token=actor, actor_token_type=ACCESS_TOKEN)
    assert answer.status_code == 200, answer.content
    told = world.introspect(answer.json()["access_token"])
    assert (told["username"], told["act"]["sub"]) == ("alice", "client:front")


@pytest.mark.scenario("D06")
def test_a_deleted_issuer_ends_its_tokens(world, key_server, issuer, present):
    """Deleting an issuer makes the tokens inactive that were issued for its tokens, as disabling it does."""
    issued = present(key_server.sign()).json()["access_token"]
    assert world.introspect(issued)["active"]
    issuer.delete()
    assert world.introspect(issued) == {"active": False}
    assert ExchangedToken.objects.count() == 1
