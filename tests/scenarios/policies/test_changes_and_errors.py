"""Section M: a rule that changes during an exchange is asked again, and a rule that raises refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from token_exchange.models import ExchangePolicy, ExchangeRecord
from token_exchange.sts import denial, rules, service
from token_exchange.sts.decision import decide
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import ACCESS_TOKEN

SESSION = "urn:acme:token-type:session"
VERIFIER = f"{__name__}.SessionVerifier"


@pytest.fixture
def after_the_decision(monkeypatch):
    """Return a function that runs a change once, between the next decision and its issuance."""

    def meddle(deed):
        deeds = [deed]

        def decide_and_meddle(exchange, policies):
            decision = decide(exchange, policies)
            if deeds:
                deeds.pop()()
            return decision

        monkeypatch.setattr(service, "decide", decide_and_meddle)

    return meddle


@pytest.mark.parametrize("change", [{"enabled": False}, {"report_only": True}, {"scopes": ["write"]}])
def test_m07_a_policy_that_changes_before_the_token_is_made(world, after_the_decision, change):
    """TXS-018: an exchange is decided again if a policy changed, and the first decision leaves nothing."""
    policy = world.policy()
    world.policy(targets=[world.other_target])
    token = world.login_token()
    assert world.exchange(token, audience="back-api", scope="read").status_code == 200
    before = world.counts()

    def change_it():
        ExchangePolicy.objects.filter(pk=policy.pk).update(**change)

    after_the_decision(change_it)
    answer = world.exchange(token, audience="back-api", scope="read")
    error = "invalid_scope" if "scopes" in change else "invalid_target"
    world.assert_refusal(answer, before, error=error, reason="not_permitted_by_any_policy")


def test_m07_a_change_elsewhere_delays_nothing(world, after_the_decision, alices_token):
    """A change that does not affect the exchange leaves its token and its one record as they were."""
    before = world.counts()
    after_the_decision(lambda: world.policy(client=world.agent))
    assert world.exchange(alices_token).status_code == 200
    after = world.counts()
    assert after == {name: count + (name != "users") for name, count in before.items()}


def test_m07_each_answer_belongs_to_one_version(world, after_the_decision):
    """While a policy changes often, no answer mixes the scope of one version with the lifetime of another."""
    policy = world.policy(scopes=["read"], max_lifetime=100)
    token = world.login_token()
    texts = [(["read"], 100), (["write"], 200)]

    def rewrite(text):
        with transaction.atomic():
            ExchangePolicy.objects.filter(pk=policy.pk).update(scopes=text[0], max_lifetime=text[1])

    seen = set()
    for number in range(6):
        text = texts[number % 2]
        after_the_decision(lambda text=text: rewrite(text))
        answer = world.exchange(token).json()
        seen.add((answer["scope"], answer["expires_in"]))
    assert seen == {("read", 100), ("write", 200)}


def raising(*facts):
    """Raise an exception, as a rule with a bug would."""
    raise LookupError("https://secret.example")


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
def test_m08_a_rule_that_raises(world, alices_token, monkeypatch, rule):
    """A rule with a bug refuses; the record names the rule, and shows no message of the exception."""
    before = world.counts()
    broken = tuple(replace(one, check=raising) if one is rule else one for one in rules.RULES)
    monkeypatch.setattr(rules, "RULES", broken)
    answer = world.exchange(alices_token)
    world.assert_refusal(answer, before, error=rule.error.error, reason="not_permitted_by_any_policy")
    (trial,) = ExchangeRecord.objects.latest("pk").trace
    failed = [finding for finding in trial["rules"] if not finding["passed"]]
    assert [(finding["rule"], finding["asked"]) for finding in failed] == [(rule.name, "LookupError")]
    monkeypatch.undo()
    assert world.exchange(alices_token).status_code == 200


@pytest.mark.parametrize(
    ("condition", "changes"),
    [
        ("period", {"ends": timezone.now() - timedelta(days=1)}),
        ("subject", {"subject_kind": "clients"}),
        ("actor", {"lists": ["actor_clients"]}),
        ("target", {"targets": ["invoices-api"]}),
    ],
)
def test_m08_a_condition_that_raises(world, alices_token, monkeypatch, condition, changes):
    """A deny policy with a bug denies every exchange that reaches it."""
    fields = {"subject_kind": "anyone", **changes}
    fields["lists"] = {name: [world.agent] for name in fields.get("lists", [])}
    fields["targets"] = [world.other_target for _ in fields.get("targets", [])]
    world.policy(effect="deny", scopes=[], **fields)
    assert world.exchange(alices_token).status_code == 200
    before = world.counts()
    monkeypatch.setitem(denial.CONDITIONS, condition, raising)
    error = "invalid_target" if condition == "target" else "invalid_request"
    world.assert_refusal(world.exchange(alices_token), before, error=error, reason="denied_by_policy")


class SessionVerifier:
    """A site's own verifier, which accepts no token, and raises an exception for some."""

    def __init__(self, context):
        pass

    def verify(self, token, now):
        """Refuse the token, or raise an exception."""
        if token.value.startswith("broken"):
            raise LookupError(token.value)
        raise InvalidRequest(Reason.TOKEN_UNKNOWN)


@pytest.fixture
def own_verifier(settings, world):
    """Give the site a verifier of its own, and a policy that accepts its token type."""
    settings.TOKEN_EXCHANGE = {"VERIFIERS": {SESSION: VERIFIER}}
    world.policy(subject_token_types=[ACCESS_TOKEN, SESSION])
    return world.login_token()


def test_m16_a_hook_that_refuses(world, own_verifier):
    """A refusal by a site's own verifier is answered like any other."""
    world.refused(
        lambda: world.exchange(own_verifier),
        lambda: world.exchange("a-session-unknown", subject_token_type=SESSION),
        error="invalid_request",
        reason="token_unknown",
    )


def test_m16_a_hook_adds_its_type_only_where_a_policy_lists_it(world, own_verifier):
    """A policy that lists only the site's own type does not accept access tokens."""
    world.policy(subject_token_types=[SESSION], targets=[world.other_target])
    world.refuses(own_verifier, error="invalid_target", audience="invoices-api")


def test_m16_a_hook_that_fails(world, own_verifier):
    """An exception in a site's own verifier is a server error; nothing is issued, and no log shows the token."""
    world.refused(
        lambda: world.exchange(own_verifier),
        lambda: world.exchange("broken-session-of-some-length", subject_token_type=SESSION),
        error="server_error",
        reason="server_failure",
        status=500,
    )
    record = ExchangeRecord.objects.filter(outcome="refused").latest("pk")
    assert record.client_id == "front"
    assert record.detail.isidentifier()  # the kind of exception, and no word of its message
