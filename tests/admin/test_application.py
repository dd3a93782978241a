"""The toolkit's application page has a panel that shows what the application may exchange."""

from __future__ import annotations

import pytest
from django.urls import reverse
from oauth2_provider.models import get_application_model

from tests.admin.conftest import page, text_of


@pytest.fixture
def path():
    """Return a function that returns the path of a client's page."""
    meta = get_application_model()._meta
    return lambda client: reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[client.pk])


def view_application():
    """Return the permission to view clients, swapped or not."""
    meta = get_application_model()._meta
    return f"{meta.app_label}.view_{meta.model_name}"


def test_the_panel_says_what_the_client_may_do(world, superuser, path):
    """The panel shows the client's permits, the denials that affect it, policies that name it and its targets."""
    mine = world.policy(name="mine")
    other = world.policy(name="other's", client=world.agent, issued_to=[])
    forall = world.policy(name="for all", effect="deny", issued_to=[])
    html = text_of(superuser.get(path(world.front)))
    assert "Token exchange" in html
    assert page("exchangepolicy", "change", mine.pk) in html
    assert "Client <b>front</b> may exchange" in html
    assert page("exchangepolicy", "change", forall.pk) in html
    assert page("exchangepolicy", "change", other.pk) not in html
    assert "mine" in text_of(superuser.get(path(world.spa)))
    assert page("target", "change", world.target.pk) in text_of(superuser.get(path(world.back)))


def test_disabled_policies_are_marked(world, superuser, path):
    """The panel marks a disabled policy."""
    world.policy(enabled=False)
    assert "(disabled)" in text_of(superuser.get(path(world.front)))


def test_the_panel_asks_for_permission(world, staff, path):
    """The panel shows no policies or targets to a user who may not view them."""
    world.policy(name="secret plan")
    html = text_of(staff(view_application()).get(path(world.front)))
    assert "secret plan" not in html
    assert "Token exchange</h2>" not in html
    html = text_of(staff(view_application(), "view_exchangepolicy").get(path(world.front)))
    assert "secret plan" in html
    assert "Resource server of" not in html


def test_the_page_still_saves(world, superuser, path):
    """The toolkit's own fields are edited as before."""
    shown = superuser.get(path(world.front)).context["adminform"].form
    form = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    form = {name: value for name, value in form.items() if value not in (None, False)}
    answer = superuser.post(path(world.front), {**form, "name": "Front office"})
    assert answer.status_code == 302
    world.front.refresh_from_db()
    assert world.front.name == "Front office"


def test_adding_has_no_panel(superuser):
    """The page of a new client has no panel."""
    meta = get_application_model()._meta
    html = text_of(superuser.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_add")))
    assert "Token exchange</h2>" not in html
