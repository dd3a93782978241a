"""The row of a trusted issuer is applied exactly; a row that accepts too much or is unreadable accepts no token."""

from __future__ import annotations

import time

import pytest

from tests.checks.cure import found
from tests.worlds.pasted_issuer import PastedIssuer
from token_exchange.configuration import snapshot as configurations
from token_exchange.models import ExchangeRecord, LinkedAccount, TrustedIssuer
from token_exchange.sts.conditions import Condition, Operator
from token_exchange.sts.vocabulary import JWT
from token_exchange.toolkit.compat import token_database

WORKLOADS = {"subject_mapping": "workload"}


def present(world, issuer, **claims):
    """Exchange a token of the issuer with these claims."""
    return world.exchange(issuer.token(**claims), subject_token_type=JWT)


def detail_of(answer):
    """Return the detail in the record of a refusal."""
    record = ExchangeRecord.objects.get(request_id=answer["X-Request-Id"])
    return record.reason, record.detail


UNUSABLE = {
    "another version's mapping": {"subject_mapping": "oracle"},
    "another version's operator": {"conditions": [{"claim": "sub", "operator": "resembles", "values": ["x"]}]},
    "conditions that are no list": {"conditions": {"sub": "alice"}},
    "a condition that is no object": {"conditions": ["sub equals alice"]},
    "a condition without a claim": {"conditions": [{"operator": "equals", "values": ["x"]}]},
    "a value that is none": {"conditions": [{"claim": "sub", "operator": "equals", "values": [None]}]},
    "values as one text": {"conditions": [{"claim": "sub", "operator": "equals", "values": "alice"}]},
    "another version's key source": {"verification": "ledger"},
    "another version's audience claim": {"audience_claim": "resource"},
    "audiences as one text": {"audiences": "https://here.example"},
    "scopes as a list": {"scope_mapping": ["read"]},
    "scopes as texts": {"scope_mapping": {"*": "read"}},
    "types as one text": {"token_types": JWT},
    "attributes as a list": {"new_user_attributes": ["email"]},
    "any workload": WORKLOADS,
    "any workload, it was asked": {**WORKLOADS, "sole_tenant": False, "allows_private_network": True},
    "workloads by what every token says": {
        **WORKLOADS,
        "conditions": [{"claim": "iss", "operator": "equals", "values": ["https://issuer.example"]}],
    },
    "a name that passes on": {"subject_mapping": "username"},
}


@pytest.mark.scenario("D53")
@pytest.mark.scenario("INV-17")
@pytest.mark.parametrize("fields", UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_row_accepts_no_token_and_affects_no_other_row(world, admin_client, fields):
    """An invalid row accepts no token and is named by a check; other issuers are not affected."""
    issuer = PastedIssuer(world)
    issuer.policy()
    world.policy(position=1)
    own = world.login_token()
    assert present(world, issuer).status_code == 200
    TrustedIssuer.objects.filter(pk=issuer.row.pk).update(**fields)
    configurations.forget()
    before = world.counts()
    answer = present(world, issuer)
    world.assert_refusal(answer, before, error="invalid_request", reason="issuer_unknown")
    assert world.exchange(own).status_code == 200
    assert "outside" in found(databases=[token_database()])["E012"].msg
    page = f"/admin/token_exchange/trustedissuer/{issuer.row.pk}/change/"
    assert admin_client.get(page, secure=True).status_code == 200


@pytest.mark.scenario("INV-17")
@pytest.mark.parametrize(
    "fields",
    [
        {"sole_tenant": True},
        {"allows_private_network": True},
        {"conditions": [{"claim": "team", "operator": "equals", "values": ["7"]}]},
    ],
    ids=str,
)
def test_workloads_that_a_condition_selects_are_accepted(world, fields):
    """Workloads are accepted if the site is the only tenant, the issuer in its network, or a condition selects them."""
    issuer = PastedIssuer(world, **WORKLOADS, **fields)
    issuer.policy(subject_kind="workloads")
    assert present(world, issuer, team=7).status_code == 200


def test_a_row_with_typed_values_is_sound(world):
    """A row may hold numbers and booleans of JSON as values of conditions."""
    condition = {"claim": "tenant", "operator": "one_of", "values": [42, 43, True]}
    issuer = PastedIssuer(world, conditions=[condition])
    issuer.policy()
    assert found(databases=[token_database()]) == {}
    assert present(world, issuer, tenant=42).status_code == 200
    assert present(world, issuer, tenant=True).status_code == 200
    assert present(world, issuer, tenant="42").status_code == 400


@pytest.mark.scenario("D20")
@pytest.mark.parametrize(("length", "status"), [(255, 200), (256, 400), (5_000, 400)])
def test_the_subject_of_a_user_has_255_characters(world, length, status):
    """A longer subject is refused (OpenID Connect Core §2), and the record says that it was too long."""
    issuer = PastedIssuer(world)
    issuer.policy()
    LinkedAccount.objects.create(trusted_issuer=issuer.row, subject="a" * 255, user=world.alice)
    answer = present(world, issuer, sub="a" * length)
    assert answer.status_code == status
    if status == 400:
        assert detail_of(answer) == ("claims_invalid", "subject_too_long")


@pytest.mark.scenario("D20")
def test_the_subject_of_a_workload_is_as_long_as_records_keep_it(world):
    """`workload:`, the issuer, `#` and the subject may have 512 characters together."""
    issuer = PastedIssuer(world, **WORKLOADS, sole_tenant=True)
    issuer.policy(subject_kind="workloads")
    longest = 512 - len(f"workload:{issuer.row.issuer}#")
    assert present(world, issuer, sub="a" * longest).status_code == 200
    answer = present(world, issuer, sub="a" * (longest + 1))
    assert detail_of(answer) == ("claims_invalid", "subject_too_long")


@pytest.mark.parametrize("sub", [..., "b" * 300, 7, None])
def test_only_the_claim_that_the_row_names_is_the_subject(world, sub):
    """If the row names another subject claim, `sub` may be missing or malformed."""
    issuer = PastedIssuer(world, subject_claim="oid")
    issuer.policy()
    claims = {"sub": sub, "oid": "alice"}
    if sub is ...:
        token = issuer.signer.sign(issuer.signer.header(), payload(issuer, oid="alice"))
        assert world.exchange(token, subject_token_type=JWT).status_code == 200
    else:
        assert present(world, issuer, **claims).status_code == 200
    assert detail_of(present(world, issuer, sub="alice", oid="a" * 256)) == ("claims_invalid", "subject_too_long")


def payload(issuer, **claims):
    """Return the claims of a token without a subject."""
    now = int(time.time())
    return {"iss": issuer.row.issuer, "aud": "https://here.example", "iat": now, "exp": now + 300, **claims}


@pytest.mark.parametrize("claim", ["client_id", "azp"])
def test_the_audience_is_in_the_claim_that_the_row_names(world, claim):
    """The audience is read from the claim that the row names: access tokens of Amazon Cognito have no `aud`."""
    issuer = PastedIssuer(world, audience_claim=claim)
    issuer.policy()
    ours = "https://here.example"
    assert present(world, issuer, **{"aud": "https://elsewhere.example", claim: ours}).status_code == 200
    for wrong in ({claim: "https://elsewhere.example"}, {claim: 7}, {claim: None}, {}):
        world.refused(
            lambda: present(world, issuer, **{claim: ours}),
            lambda wrong=wrong: present(world, issuer, aud=ours, **wrong),
            error="invalid_request",
            reason="claims_invalid",
        )


@pytest.mark.parametrize("issuer", ["https://id.corp.example/realms/Company%20GmbH", "urn:Example:SSO", "http://SSO/"])
def test_an_issuer_is_compared_letter_by_letter(world, issuer):
    """Issuers are compared without decoding escapes or folding case."""
    trusted = PastedIssuer(world, issuer=issuer)
    trusted.policy()
    for other in {issuer.replace("%20", " "), issuer.swapcase(), issuer + "/", issuer.lower()} - {issuer}:
        world.refused(
            lambda: present(world, trusted, iss=issuer),
            lambda other=other: present(world, trusted, iss=other),
            error="invalid_request",
            reason="issuer_unknown",
        )


def test_issuers_that_differ_in_case_are_two(world):
    """A policy for one of two issuers that differ in case does not accept the other's tokens, on any database."""
    first = PastedIssuer(world, issuer="https://issuer.example/Realm")
    other = PastedIssuer(world, name="other", issuer="https://issuer.example/realm")
    first.policy()
    world.refused(
        lambda: present(world, first, iss=first.row.issuer),
        lambda: present(world, other, iss=other.row.issuer),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


@pytest.mark.scenario("F44")
@pytest.mark.parametrize("subject", ["client:front", "1", "workload:https://ci.example#job", "anything"])
@pytest.mark.parametrize("own", ["https://testserver", "https://testserver/o", "https://TESTSERVER:443/x", "fixed"])
def test_an_external_issuer_names_no_party_of_ours_as_an_actor(world, settings, subject, own):
    """An `act` that names a local party is refused, because introspection would show that party (RFC 8693 §4.1)."""
    issuer = PastedIssuer(world)
    issuer.policy(ways=["client_acts"], max_chain_depth=4, lists={"actor_clients": [world.front]})
    settings.TOKEN_EXCHANGE = {"ISSUER": "https://named.example/o"}
    named = "https://named.example/o" if own == "fixed" else own
    for act in ({"iss": named, "sub": subject}, {"sub": "there", "act": {"iss": named, "sub": subject}}):
        world.refused(
            lambda: present(world, issuer, act={"iss": "https://elsewhere.example", "sub": "someone"}),
            lambda act=act: present(world, issuer, act=act),
            error="invalid_request",
            reason="chain_malformed",
        )


def test_a_pattern_with_many_stars_takes_no_time():
    """A glob with many stars is compared in short time, where a regular expression would take seconds."""
    pattern, text = "a" + "*a" * 120, "a" * 4_000 + "b"
    began = time.perf_counter()
    assert not Condition(claim="x", operator=Operator.GLOB, values=(pattern,)).holds({"x": text})
    assert Condition(claim="x", operator=Operator.GLOB, values=(pattern + "*",)).holds({"x": text})
    assert time.perf_counter() - began < 0.5
