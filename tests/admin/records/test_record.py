"""Records are found by exact search terms, and each page shows the full trace."""

from __future__ import annotations

import inspect
import re

import pytest
from django.db import connections, router
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from tests.admin.conftest import page, text_of
from tests.worlds.help_desk import HelpDesk
from tests.worlds.pasted_issuer import PastedIssuer
from token_exchange.jose import base64url, claims, compact, signature, strict_json
from token_exchange.jose.refusal import Flaw
from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.sts import denial, rules
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import JWT
from token_exchange.wording.detail_words import FLAWS
from token_exchange.wording.reason_words import REASONS
from token_exchange.wording.rule_words import RULES

PRODUCTION = {"claim": "stage", "operator": "equals", "values": ["production"]}


@pytest.fixture
def granted(world):
    """Return the record of an exchange by front for alice."""
    world.policy(name="front to back")
    assert world.exchange(world.login_token()).status_code == 200
    return ExchangeRecord.objects.get()


@pytest.fixture
def refused(world, granted):
    """Return the record of a refusal, beside a granted one."""
    assert world.exchange(world.login_token(world.bob), scope="write").status_code == 400
    return ExchangeRecord.objects.latest("pk")


def found(browser, **query):
    """Return the records that the list shows."""
    answer = browser.get(page("exchangerecord"), query)
    assert answer.status_code == 200, answer
    return list(answer.context["cl"].result_list)


@pytest.mark.parametrize("field", ["client_id", "subject", "actor", "request_id", "subject_name"])
def test_records_are_found_by_equality(granted, superuser, field):
    """A record is found by the whole of an identifier, and not by a part of it."""
    value = getattr(granted, field)
    assert value
    assert found(superuser, q=value) == [granted]
    assert found(superuser, q=f"{value}x") == []
    assert len(value) == 1 or found(superuser, q=value[:-1]) == []


def test_searching_reads_no_more_than_an_index_can_answer(granted, superuser):
    """No statement of a search compares by pattern, sorts by another column or counts the whole table."""
    with CaptureQueriesContext(connections[router.db_for_read(ExchangeRecord)]) as captured:
        found(superuser, q="front")
    statements = [query["sql"] for query in captured if "token_exchange_exchangerecord" in query["sql"]]
    assert statements
    assert not any("LIKE" in sql.upper() or "UPPER(" in sql.upper() for sql in statements)
    counts = [sql for sql in statements if "COUNT(" in sql.upper()]
    assert counts
    assert all("LIMIT 10000" in sql.upper() for sql in counts)


def test_records_are_filtered(granted, refused, superuser):
    """Outcome, error, reason and day each narrow the list."""
    assert found(superuser) == [refused, granted]
    assert found(superuser, outcome__exact="granted") == [granted]
    assert found(superuser, error="invalid_scope") == [refused]
    assert found(superuser, reason=refused.reason) == [refused]
    assert found(superuser, reason="token_unknown") == []
    assert found(superuser, created__year=granted.created.year) == [refused, granted]
    assert found(superuser, created__year="2001") == []


def test_a_record_says_who_acted_for_whom(granted, superuser, world):
    """The list and the page show the chain of actors in one line."""
    line = f"<b>client:front</b> acting for <b>{world.alice.pk}</b> (<b>alice</b>)"
    assert line in text_of(superuser.get(page("exchangerecord")))
    assert line in text_of(superuser.get(page("exchangerecord", "change", granted.pk)))


def test_a_record_opens_on_its_trace(refused, superuser):
    """The page shows every rule of every policy with its result, the requested and the allowed value."""
    html = text_of(superuser.get(page("exchangerecord", "change", refused.pk)))
    trial = refused.trace[0]
    for finding in trial["rules"]:
        assert f'<th scope="row">{RULES[finding["rule"]]}</th>' in html
    assert html.count("✓") == sum(finding["passed"] for finding in trial["rules"])
    assert html.count("✗") == 1
    assert "failed" in html
    assert "does not allow the exchange" in html
    assert "<td>write</td>" in " ".join(html.split())


def test_a_refusal_is_explained(refused, superuser):
    """The page shows the exact reason, which the client did not learn, as code and in words."""
    html = text_of(superuser.get(page("exchangerecord", "change", refused.pk)))
    assert f"<code>{refused.reason}</code>" in html
    assert str(REASONS[refused.reason]) in html


def test_the_flaw_of_a_token_is_explained(refused, superuser):
    """The page shows the flaw of a token beside the reason, as code and in words."""
    ExchangeRecord.objects.filter(pk=refused.pk).update(reason="signature_invalid", detail="key_unknown")
    html = text_of(superuser.get(page("exchangerecord", "change", refused.pk)))
    assert "<code>key_unknown</code>" in html
    assert str(FLAWS["key_unknown"]) in html


def test_a_detail_that_is_no_flaw_is_shown_as_it_is(refused, superuser):
    """The claim of a condition that failed is shown as it is, whatever its name."""
    ExchangeRecord.objects.filter(pk=refused.pk).update(reason="claim_condition_failed", detail="<b>team</b>")
    html = text_of(superuser.get(page("exchangerecord", "change", refused.pk)))
    assert "<code>&lt;b&gt;team&lt;/b&gt;</code>" in html


def test_the_rule_that_stopped_an_exchange_is_named(refused, superuser):
    """The page of a refusal names the rule at which the closest policy failed."""
    assert (refused.reason, refused.detail) == ("not_permitted_by_any_policy", "scope")
    html = text_of(superuser.get(page("exchangerecord", "change", refused.pk)))
    assert "<code>scope</code> The policy that came closest failed at the rule “Scope”." in html


def test_high_severity_is_marked(refused, superuser):
    """The list marks records of high severity, and can be narrowed to them."""
    assert "high severity" not in text_of(superuser.get(page("exchangerecord")))
    assert found(superuser, severity__exact="high") == []
    ExchangeRecord.objects.filter(pk=refused.pk).update(severity="high")
    assert "<strong>high severity</strong>" in text_of(superuser.get(page("exchangerecord")))
    assert found(superuser, severity__exact="high") == [refused]


def test_every_flaw_of_a_token_has_words():
    """Every flaw that the verifiers report has an explanation, and no other flaw has one."""
    readers = (base64url, claims, compact, signature, strict_json)
    raised = {name for module in readers for name in re.findall(r"\bFlaw\.(\w+)", inspect.getsource(module))}
    assert {Flaw[name].value for name in raised} == set(FLAWS)


def test_the_trace_of_a_deny_policy_says_that_it_applies(world, superuser):
    """A deny policy is traced in its own words."""
    world.policy()
    world.policy(effect="deny", scopes=[], ways=[], name="nothing today")
    assert world.exchange(world.login_token()).status_code == 400
    html = text_of(superuser.get(page("exchangerecord", "change", ExchangeRecord.objects.get().pk)))
    assert "nothing today" in html
    assert "applies" in html


def test_a_deny_policy_for_scopes_says_that_the_rest_passed(world, superuser):
    """A granted record with a deny policy for scopes says that the policy only removed scopes."""
    world.policy()
    world.policy(effect="deny", scopes=["orders:read"], ways=[])
    assert world.exchange(world.login_token()).status_code == 200
    html = text_of(superuser.get(page("exchangerecord", "change", ExchangeRecord.objects.get().pk)))
    assert "applies, but only removes scopes" in html


def test_a_record_survives_its_policy(world, granted, superuser):
    """A trace names a deleted policy without a link."""
    key = granted.policy_key
    assert page("exchangepolicy", "change", key) in text_of(superuser.get(page("exchangerecord", "change", granted.pk)))
    ExchangedToken.objects.all().delete()
    world.front.delete()
    html = text_of(superuser.get(page("exchangerecord", "change", granted.pk)))
    assert page("exchangepolicy", "change", key) not in html
    assert "front to back" in html


def test_a_request_that_never_reached_a_policy(world, superuser):
    """A record without trace says why there is none."""
    world.policy()
    assert world.exchange("unknown-token").status_code == 400
    html = text_of(superuser.get(page("exchangerecord", "change", ExchangeRecord.objects.get().pk)))
    assert "No policy was evaluated" in html


def test_no_page_holds_a_token(world, superuser):
    """Neither tokens nor whole fingerprints are on any page of a record or a token."""
    world.policy()
    subject = world.login_token()
    issued = world.exchange(subject).json()["access_token"]
    token, record = ExchangedToken.objects.get(), ExchangeRecord.objects.get()
    pages = [
        page("exchangerecord"),
        page("exchangerecord", "change", record.pk),
        page("exchangedtoken"),
        page("exchangedtoken", "change", token.pk),
        page("exchangedtoken", "revoke", token.pk),
        page("exchangedtoken", "history", token.pk),
    ]
    for path in pages:
        html = text_of(superuser.get(path))
        for secret in (subject, issued, token.fingerprint, token.subject_fingerprint):
            assert secret not in html, path


@pytest.mark.parametrize("trace", [None, {}, "text", [None], [{"rules": [1]}], [{"policy": "x", "rules": []}]])
def test_a_trace_of_another_shape_breaks_no_page(granted, superuser, trace):
    """The page opens whatever shape a stored trace has."""
    ExchangeRecord.objects.filter(pk=granted.pk).update(trace=trace or [], act={"sub": 1, "act": "odd"})
    assert superuser.get(page("exchangerecord", "change", granted.pk)).status_code == 200


def test_every_rule_and_reason_has_words():
    """Every rule and reason has words; no bare code is shown to an administrator."""
    asked = {rule.name for rule in rules.RULES} | set(denial.CONDITIONS)
    assert asked <= set(RULES)
    assert {reason.value for reason in Reason} <= set(REASONS)


def test_a_refusals_page_says_what_would_have_to_change(world, superuser, refused):
    """The page of a refusal shows the command's advice once; the page of a granted record shows none."""
    shown = text_of(superuser.get(page("exchangerecord", "change", refused.pk)))
    assert shown.count("Changes that would allow the exchange") == 1
    assert "Request at least one of these scopes: read." in shown
    assert "let the policy narrow" not in shown
    granted = ExchangeRecord.objects.get(outcome="granted")
    assert "Changes that would allow the exchange" not in text_of(
        superuser.get(page("exchangerecord", "change", granted.pk))
    )


def test_users_are_named_beside_their_keys(world, superuser):
    """The list, the page and the trace show Bob's name beside his key."""
    desk = HelpDesk(world)
    assert desk.exchange().status_code == 200
    record = ExchangeRecord.objects.latest("pk")
    named = f"bob ({world.bob.pk})"
    listed = strip_tags(text_of(superuser.get(page("exchangerecord"))))
    assert f"{named} acting for {world.alice.pk} (alice)" in listed
    shown = superuser.get(page("exchangerecord", "change", record.pk))
    assert text_of(shown).count(named) >= 3
    rows = {row.rule: row.asked for table in shown.context["policy_tables"] for row in table.rows}
    assert (rows["Actor"], rows["Subject"]) == (named, f"alice ({world.alice.pk})")
    assert rows["Chain of actors"] == named


def test_a_subject_that_another_issuer_named_is_no_user_of_this_site(world, superuser):
    """A workload whose subject reads like Alice's key is not shown under her name."""
    issuer = PastedIssuer(world, subject_mapping="workload", conditions=[PRODUCTION])
    issuer.policy(subject_kind="workloads")
    token = issuer.token(sub=str(world.alice.pk), stage="production")
    assert world.exchange(token, subject_token_type=JWT).status_code == 200
    assert "alice" not in text_of(superuser.get(page("exchangerecord")))
    record = ExchangeRecord.objects.latest("pk")
    assert "alice" not in text_of(superuser.get(page("exchangerecord", "change", record.pk)))


def test_the_list_looks_names_up_for_all_its_rows_at_once(world, superuser):
    """Twenty records take as many queries as two."""
    desk = HelpDesk(world)

    def statements():
        with CaptureQueriesContext(connections[router.db_for_read(ExchangeRecord)]) as captured:
            superuser.get(page("exchangerecord"))
        return len(captured)

    actor, subject = desk.actor_token(), desk.subject_token()
    assert {desk.exchange(subject, actor).status_code for _ in range(2)} == {200}
    few = statements()
    assert {desk.exchange(subject, actor).status_code for _ in range(6)} == {200}
    assert statements() == few
