"""A row that this version cannot read refuses for itself alone, for every kind of row, column and value."""

from __future__ import annotations

import json

import pytest
from django.core.checks import run_checks
from django.db import connection, connections

from tests.admin.conftest import page
from tests.worlds.pasted_issuer import PastedIssuer
from tests.worlds.support_team import SupportTeam
from token_exchange.models import ExchangePolicy, ExchangeRecord, ImpersonationPermission, Target, TrustedIssuer
from token_exchange.sts.vocabulary import JWT
from token_exchange.toolkit.compat import token_database

LISTS = [["of-a-later-version", None], None, "read", {"a": 1}, 5, [["nested"]], [{}], True]
UNKNOWN = ["of-a-later-version"]
POLICY = [
    *(("ways", value) for value in [UNKNOWN, *LISTS]),
    *((column, value) for column in ("scopes", "subject_token_types", "issued_token_types") for value in LISTS),
    *(("conditions", value) for value in [[{}], [None], "x", {"claim": "a"}, 5, [{"claim": "a", "operator": "later"}]]),
    ("subject_kind", "later"),
]
PERMISSION = [
    *(("methods", value) for value in [UNKNOWN, *LISTS]),
    *(("scopes", value) for value in LISTS),
    *(("copied_claims", value) for value in [UNKNOWN, *LISTS]),
]
TARGET = [
    *(("resources", value) for value in [[], *LISTS]),
    *(("scopes", value) for value in LISTS),
]
ISSUER = [
    *(("conditions", value) for value in [[{}], [None], "x", {"claim": "a"}, [{"claim": "a", "operator": "later"}]]),
    ("subject_mapping", "later"),
    *(("token_types", value) for value in (None, 5)),
]


def written(row, column, value):
    """Write a column past Django, as another version or a script would."""
    holding = connections[token_database()]
    table, quote = row._meta.db_table, holding.ops.quote_name
    field = row._meta.get_field(column)
    stored = json.dumps(value) if field.get_internal_type() == "JSONField" else value
    with holding.cursor() as cursor:
        cursor.execute(f"UPDATE {quote(table)} SET {quote(column)} = %s WHERE id = %s", [stored, row.pk])
    row.save(update_fields=["name"])  # raises the version


def assert_warned(superuser, row):
    """Check that a check names the row, and that its list and page open with a warning."""
    warnings = [
        message.msg for message in run_checks(databases=[token_database()]) if message.id == "token_exchange.W021"
    ]
    assert len(warnings) == 1
    assert repr(row.name) in warnings[0]
    model = row._meta.model_name
    for path in (page(model), page(model, "change", row.pk)):
        answer = superuser.get(path, secure=True)
        assert answer.status_code == 200
        assert "values that this version does not know" in answer.content.decode()


@pytest.mark.parametrize(("column", "value"), POLICY, ids=repr)
def test_a_permit_policy(world, superuser, column, value):
    """An unreadable permit permits nothing; other clients exchange, introspection works, the refusal is recorded."""
    world.policy()
    login = world.login_token()
    token = world.issued(login)
    strange = world.policy(client=world.agent, issued_to=[world.spa])
    assert world.exchange(login, client=world.agent).status_code == 200
    written(strange, column, value)
    assert world.exchange(login).status_code == 200
    assert world.introspect(token)["active"]
    assert world.exchange(login, client=world.agent).status_code == 400
    assert ExchangeRecord.objects.latest("pk").outcome == "refused"
    assert_warned(superuser, strange)


@pytest.mark.parametrize(("column", "value"), POLICY, ids=repr)
def test_a_deny_policy(world, column, value):
    """An unreadable denial denies everything that it might cover: its own client, and no other."""
    world.policy()
    world.policy(client=world.agent, issued_to=[world.spa])
    login = world.login_token()
    denial = ExchangePolicy.objects.create(name="no", effect="deny", client=world.agent, subject_kind="anyone")
    written(denial, column, value)
    assert world.exchange(login, client=world.agent).status_code == 400
    assert world.exchange(login).status_code == 200
    denial.delete()
    assert world.exchange(login, client=world.agent).status_code == 200


def test_a_deny_policy_keeps_what_can_be_read(world):
    """The readable targets, subjects and actors of an unreadable denial still narrow it."""
    policy = world.policy(targets=[world.target, world.other_target])
    login, bobs = world.login_token(), world.login_token(world.bob)
    denial = ExchangePolicy.objects.create(name="no", effect="deny", subject_kind="listed_users")
    denial.targets.set([world.target])
    denial.subject_users.set([world.bob])
    written(denial, "subject_kind", "later")
    assert world.exchange(bobs, audience="back-api").status_code == 400
    assert world.exchange(login, audience="back-api").status_code == 200
    written(denial, "scopes", ["read", None])
    assert world.exchange(bobs, audience="back-api", scope="orders:read").status_code == 400
    assert world.exchange(bobs, audience="invoices-api", scope="read").status_code == 200
    assert policy.enabled


@pytest.mark.parametrize(("column", "value"), PERMISSION, ids=repr)
def test_an_impersonation_permission(world, superuser, column, value):
    """An unreadable permission allows no acting; an unreadable denial stops only the users that it names."""
    support = SupportTeam(world)
    world.policy()
    strange = support.permit(name="strange")
    written(strange, column, value)
    assert support.trade(support.ticket()).status_code == 200
    assert world.exchange(world.login_token()).status_code == 200
    assert_warned(superuser, strange)
    value = support.ticket()
    ImpersonationPermission.objects.filter(pk=strange.pk).update(effect="deny")
    assert support.trade(value).status_code == 400


@pytest.mark.parametrize(("column", "value"), TARGET, ids=repr)
def test_a_target(world, superuser, column, value):
    """No token is issued for an unreadable target; other targets are not affected."""
    world.policy(targets=[world.target, world.other_target])
    login = world.login_token()
    assert world.exchange(login, audience="invoices-api", scope="read").status_code == 200
    written(world.other_target, column, value)
    answer = world.exchange(login, audience="invoices-api", scope="read")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_target")
    assert world.exchange(login, audience="back-api").status_code == 200
    assert_warned(superuser, Target.objects.get(pk=world.other_target.pk))


@pytest.mark.parametrize(("column", "value"), ISSUER, ids=repr)
def test_a_trusted_issuer(world, superuser, column, value):
    """The tokens of an unreadable issuer are refused; local tokens and other issuers' are not affected."""
    issuer = PastedIssuer(world)
    issuer.policy()
    world.policy(name="own")
    assert world.exchange(issuer.token(sub="alice"), subject_token_type=JWT).status_code == 200
    written(issuer.row, column, value)
    assert world.exchange(issuer.token(sub="alice"), subject_token_type=JWT).status_code == 400
    assert world.exchange(world.login_token()).status_code == 200
    assert_warned(superuser, TrustedIssuer.objects.get(pk=issuer.row.pk))


def test_it_is_logged_once_a_version(world, caplog):
    """An unreadable row is logged once for each version, not at every exchange."""
    world.policy()
    written(world.policy(client=world.agent), "ways", UNKNOWN)
    login = world.login_token()
    for _time in range(3):
        assert world.exchange(login).status_code == 200
    assert len([record for record in caplog.records if "cannot be read" in record.getMessage()]) == 1


def test_an_unknown_effect_denies_what_the_row_covers(world):
    """A policy with an unknown effect may be a denial, so its client is refused, and no other."""
    world.policy()
    world.policy(client=world.agent, issued_to=[world.spa])
    login, odd = world.login_token(), world.policy(client=world.agent, issued_to=[world.spa])
    written(odd, "effect", "later")
    assert world.granted(login, scope="read") == {"read"}
    answer = world.exchange(login, client=world.agent, scope="read")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite takes such values in these columns")
@pytest.mark.parametrize(
    ("column", "value"), [("begins", "never"), ("ends", "2026-13-40 10:00:00"), ("max_lifetime", "long")]
)
def test_a_column_that_django_cannot_read(world, column, value):
    """A row whose column makes Django raise while it fetches does not affect other rows."""
    world.policy()
    strange = world.policy(client=world.agent, issued_to=[world.spa])
    written(strange, column, value)
    assert world.exchange(world.login_token()).status_code == 200
    assert world.exchange(world.login_token(), client=world.agent).status_code == 400
