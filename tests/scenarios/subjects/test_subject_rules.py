"""Section E: conditions on external tokens are compared exactly, and a reassigned name reaches no account."""

from __future__ import annotations

import pytest

from token_exchange.models import ExchangePolicy, LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import JWT


@pytest.fixture
def under(world, key_server, issuer, present):
    """Return a function that exchanges a token with these claims while the row has these conditions."""

    def exchange(conditions, **claims):
        issuer.conditions = conditions
        issuer.save()
        return present(key_server.sign(**claims))

    return exchange


def condition(claim, operator, *values):
    """Return one condition in the form in which a row holds it."""
    return {"claim": claim, "operator": operator, "values": list(values)}


MATCHES = {
    "the whole text": (
        "equals",
        ["shop"],
        "shop",
        ["shops", "eshop", "Shop", " shop", "shop\u200b", ["shop"], True, None],
    ),
    "one of several": ("one_of", ["shop", "bank"], "bank", ["shop bank", "shop,bank", "ban", ["shop"], {"shop": 1}]),
    "no regular expression": ("equals", ["shop|bank"], "shop|bank", ["shop", "bank"]),
    "no wildcard of a database": ("equals", ["sh_p%"], "sh_p%", ["shop", "shopping", "sh_p"]),
    "a dot is a dot": ("glob", ["acme.shop/*"], "acme.shop/main", ["acmexshop/main", "acme.shop"]),
    "a star ends at a slash": (
        "glob",
        ["acme/*"],
        "acme/shop",
        ["acme/shop/evil", "acme", "xacme/shop", "Acme/shop"],
    ),
    "whole segments": ("path_prefix", ["acme/shop"], "acme/shop/main", ["acme/shopping", "acme", "evil/acme/shop"]),
    "a member of a list": (
        "contains",
        ["staff"],
        ["staff", "x"],
        ["staff", ["staffing"], [["staff"]], {"staff": 1}, [None]],
    ),
    "true and nothing like it": ("is_true", [], True, ["true", 1, "True", [True], False, None]),
    "a number by its exact text": ("equals", ["12"], 12, [12.0, 1.2e1, 120, "012", "12.0", True, [12]]),
    "a number as a number": ("equals", [12], 12, ["12", 12.0, "012", True, [12]]),
    "one is not true": ("equals", [1], 1, [True, "1", 1.0]),
    "true by its exact text": ("equals", ["true"], True, ["True", 1, "TRUE", False, [True]]),
    "true as itself": ("equals", [True], True, ["true", 1, "True", False]),
    "false and nothing like it": ("is_false", [], False, ["false", 0, "", [], True, None]),
    "false by its exact text": ("one_of", ["false"], False, [0, "False", None, True]),
    "a number in a list": ("contains", ["7"], ["x", 7], [[70], ["77"], 7, [[7]], [7.0]]),
    "a path with dots": (
        "path_prefix",
        ["acme/shop"],
        "acme/shop/main.git",
        [
            f"acme/shop/{path}"
            for path in ("../admin", "./x", "/x", "%2e%2e/x", "%252E./x", "..%2fx", "..;/x", "\\..", "‥/x")
        ],
    ),
    "a path behind a scheme": (
        "path_prefix",
        ["spiffe://acme/shop"],
        "spiffe://acme/shop/main",
        ["spiffe://acme/shop/../admin", "spiffe://acme//shop/main", "spiffe://acme/shopping"],
    ),
}


@pytest.mark.scenario("INV-17")
@pytest.mark.scenario("E12")
@pytest.mark.scenario("E18")
@pytest.mark.parametrize(("operator", "values", "right", "wrong"), MATCHES.values(), ids=MATCHES)
def test_inv_17_only_what_was_written(world, under, operator, values, right, wrong):
    """A value that only resembles that of the condition is refused: the whole value, its case and type count."""
    rule = [condition("x", operator, *values)]
    for claim in wrong:
        world.refused(
            lambda: under(rule, x=right),
            lambda claim=claim: under(rule, x=claim),
            error="invalid_request",
            reason="claim_condition_failed",
        )


@pytest.mark.scenario("INV-17")
def test_every_condition_has_to_hold(world, under):
    """E12: all conditions have to hold, in any order."""
    rules = [condition("a", "equals", "1"), condition("b", "equals", "2")]
    for order in (rules, rules[::-1]):
        for claims in ({"a": "1"}, {"b": "2"}, {"a": "1", "b": "1"}, {}):
            world.refused(
                lambda order=order: under(order, a="1", b="2"),
                lambda order=order, claims=claims: under(order, **claims),
                error="invalid_request",
                reason="claim_condition_failed",
            )


@pytest.mark.scenario("E10")
@pytest.mark.parametrize(
    ("mapping", "claims", "reason"),
    [
        (
            {"subject_mapping": "username", "mapping_claim": "login", "accepts_mutable_claims": True},
            {"login": "alice"},
            "subject_unknown",
        ),
        ({"subject_mapping": "verified_email"}, {"email": "alice@example.org", "email_verified": True}, None),
        ({"subject_claim": "oid"}, {"oid": "alice-outside"}, "subject_unknown"),
        ({"subject_claim": "/user/id"}, {"user": {"id": "alice-outside"}}, "subject_unknown"),
    ],
    ids=["name", "address", "subject", "subject within another"],
)
def test_e10_a_claim_of_the_rule_is_missing(world, key_server, issuer, present, mapping, claims, reason):
    """A token without the subject claim of the row is refused; other claims do not replace it."""
    TrustedIssuer.objects.filter(pk=issuer.pk).update(**mapping)
    for missing in claims:
        rest = {name: value for name, value in claims.items() if name != missing}
        world.refused(
            lambda: present(key_server.sign(**claims)),
            lambda rest=rest: present(key_server.sign(preferred_username="alice", **rest)),
            error="invalid_request",
            reason=reason,
        )


@pytest.mark.scenario("E15")
@pytest.mark.scenario("INV-16")
def test_e15_an_account_made_anew_under_the_old_name(world, key_server, issuer, present):
    """A person who gets Alice's name and address at the provider after her does not get her account here."""
    names = {"preferred_username": "alice", "email": world.alice.email, "email_verified": True}
    for mapping in ("linked_account", "create"):
        TrustedIssuer.objects.filter(pk=issuer.pk).update(subject_mapping=mapping)
        assert world.introspect(present(key_server.sign(**names)).json()["access_token"])["username"] == "alice"
        answer = present(key_server.sign(sub="made-anew", **names))
        if mapping == "linked_account":
            assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        else:
            assert world.introspect(answer.json()["access_token"])["username"] != "alice"


@pytest.mark.scenario("INV-16")
def test_inv_16_the_key_is_issuer_and_subject(world, key_server, issuer, present):
    """The same subject at another issuer is another party, without the linked account."""
    other = TrustedIssuer.objects.create(name="other", issuer="https://other.example", audiences=["x"])
    LinkedAccount.objects.create(trusted_issuer=other, subject="shared", user=world.bob)
    world.refused(
        lambda: present(key_server.sign()),
        lambda: present(key_server.sign(sub="shared")),
        error="invalid_request",
        reason="subject_unknown",
    )
    LinkedAccount.objects.create(trusted_issuer=issuer, subject="shared", user=world.alice)
    issued = present(key_server.sign(sub="shared")).json()["access_token"]
    assert world.introspect(issued)["username"] == "alice"


@pytest.mark.scenario("E16")
def test_e16_a_policy_may_ask_what_the_row_does_not(world, key_server, issuer, present):
    """A condition of one policy refuses workloads that another policy for the same issuer accepts."""
    ExchangePolicy.objects.update(conditions=[condition("event_name", "one_of", "push", "workflow_dispatch")])
    for event in ("pull_request_target", "pull_request", "issue_comment", "", None, ["push"]):
        world.refused(
            lambda: present(key_server.sign(event_name="push")),
            lambda event=event: present(key_server.sign(event_name=event)),
            error="invalid_request",
            reason="not_permitted_by_any_policy",
        )
    lists = {"trusted_issuers": [issuer]}
    world.policy(ways=["same_subject"], subject_token_types=[JWT], scopes=[], lists=lists)
    assert present(key_server.sign(event_name="issue_comment")).json()["scope"] == ""


@pytest.mark.scenario("E17")
def test_e17_the_domain_of_the_organisation(world, under):
    """A login of another organisation at the same provider, or of none, is refused with every address."""
    rule = [condition("hd", "equals", "example.org")]
    for claims in (
        {"hd": "evil.example"},
        {"hd": "example.org.evil.example"},
        {"hd": "EXAMPLE.org"},
        {"hd": ["example.org"]},
        {"email": "alice@example.org", "email_verified": True},
    ):
        world.refused(
            lambda: under(rule, hd="example.org"),
            lambda claims=claims: under(rule, **claims),
            error="invalid_request",
            reason="claim_condition_failed",
        )
