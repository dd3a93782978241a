"""Each permission opens its own pages only, and opening a page changes nothing."""

from __future__ import annotations

import pytest

from tests.admin.conftest import page, policy_form, text_of
from token_exchange.models import ExchangedToken, ExchangePolicy, ExchangeRecord, Target

MODELS = ["exchangepolicy", "target", "exchangedtoken", "exchangerecord"]


@pytest.fixture
def rows(world):
    """Return one row of each model, from one exchange."""
    policy = world.policy()
    assert world.exchange(world.login_token()).status_code == 200
    return {
        "exchangepolicy": policy,
        "target": world.target,
        "exchangedtoken": ExchangedToken.objects.get(),
        "exchangerecord": ExchangeRecord.objects.get(),
    }


def state():
    """Return everything that an administrator might have changed."""
    return (
        list(ExchangePolicy.objects.values()),
        list(Target.objects.values()),
        list(ExchangedToken.objects.values()),
        list(ExchangeRecord.objects.values()),
    )


@pytest.mark.scenario("O01")
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("action", ["enable", "disable", "delete_selected"])
def test_viewers_perform_no_action(rows, staff, model, action):
    """A user who may only view gets 403 on every action, and nothing changes."""
    browser = staff(*(f"view_{name}" for name in MODELS))
    before = state()
    row = rows[model]
    if model in ("exchangepolicy", "target") or action == "delete_selected":
        answer = browser.post(page(model), {"action": action, "_selected_action": [row.pk]})
        assert answer.status_code == 403
    assert state() == before


@pytest.mark.scenario("O01")
@pytest.mark.parametrize("model", MODELS)
def test_viewers_look_and_write_nothing(world, rows, staff, model):
    """A user who may only view opens list and page; adding, changing and deleting answer 403."""
    browser = staff(*(f"view_{name}" for name in MODELS))
    before = state()
    key = rows[model].pk
    assert browser.get(page(model)).status_code == 200
    assert browser.get(page(model, "change", key)).status_code == 200
    assert browser.get(page(model, "add")).status_code == 403
    for name, arguments in (("add", ()), ("change", (key,)), ("delete", (key,))):
        answer = browser.post(page(model, name, *arguments), {**policy_form(world), "post": "yes"})
        assert answer.status_code == 403, name
    assert state() == before


@pytest.mark.scenario("O02")
@pytest.mark.parametrize("held", MODELS)
def test_a_permission_opens_its_own_model_only(rows, staff, held):
    """The permission to view one model opens no page of another."""
    browser = staff(f"view_{held}")
    for model in MODELS:
        expected = 200 if model == held else 403
        assert browser.get(page(model)).status_code == expected
        assert browser.get(page(model, "change", rows[model].pk)).status_code == expected


@pytest.mark.parametrize("model", ["exchangedtoken", "exchangerecord"])
def test_no_user_changes_rows_that_exchanges_wrote(rows, superuser, model):
    """Not even a superuser adds, changes or deletes the rows that exchanges write."""
    before = state()
    key = rows[model].pk
    assert superuser.get(page(model, "add")).status_code == 403
    assert superuser.post(page(model, "change", key), {"client_id": "other"}).status_code == 403
    assert superuser.post(page(model, "delete", key), {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
    assert superuser.post(page(model), action).status_code == 403
    assert state() == before


@pytest.mark.parametrize("field", ["client", "subject_users", "targets"])
def test_completion_asks_for_permission(rows, staff, field):
    """Autocompletion shows nothing that the list of the model would not show to this user."""
    model = {"client": "application", "subject_users": "user", "targets": "target"}[field]
    browser = staff("change_exchangepolicy")
    query = {"app_label": "token_exchange", "model_name": "exchangepolicy", "field_name": field, "term": "a"}
    answer = browser.get("/admin/autocomplete/", query)
    assert answer.status_code == 403, model


def test_completion_finds_clients_by_id(world, superuser):
    """A client is found by its id, which need not be its name."""
    client = world.client("9f2c")
    client.name = "Front office"
    client.save()
    query = {"app_label": "token_exchange", "model_name": "exchangepolicy", "field_name": "client", "term": "9f2c"}
    results = superuser.get("/admin/autocomplete/", query).json()["results"]
    assert [result["text"] for result in results] == ["Front office"]


def test_the_version_of_the_configuration_has_no_page(superuser):
    """The row that tells processes to reload is not in the admin."""
    assert "onfiguration version" not in text_of(superuser.get("/admin/"))


def test_viewers_get_no_buttons_that_move(rows, staff):
    """A user who may not change the order sees it without buttons."""
    assert "formaction" not in text_of(staff("view_exchangepolicy").get(page("exchangepolicy")))
    assert "formaction" in text_of(staff("change_exchangepolicy").get(page("exchangepolicy")))
