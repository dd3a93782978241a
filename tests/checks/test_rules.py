"""Targets whose URIs contain each other are reported, and no others."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks

from tests.admin.conftest import page
from tests.admin.policies.test_target import target_form
from token_exchange.toolkit.compat import token_database


def nested():
    return [message.msg for message in run_checks(databases=[token_database()]) if message.id == "token_exchange.W023"]


@pytest.mark.parametrize("resource", ["https://back-api.example/v1/", "https://back-api.example/x", "https://back-api"])
def test_a_uri_within_another_is_named(world, superuser, resource):
    """The check reports it, and so does the admin's form, which saves it all the same."""
    assert nested() == []
    form = target_form(name="inner", resources=f"{resource}/" if resource.endswith("back-api") else resource)
    answer = superuser.post(page("target", "add"), form, follow=True)
    warned = [str(message) for message in answer.context["messages"] if "lies below" in str(message)]
    expected = 0 if resource.endswith("back-api") else 1
    assert (len(nested()), len(warned)) == (expected, expected)


def test_the_name_of_a_target_stays(world, superuser):
    """Neither the form nor validation changes the name, because policies and active tokens refer to it."""
    form = target_form(name="invoices", resources="https://b.example/")
    superuser.post(page("target", "change", world.target.pk), form)
    world.target.refresh_from_db()
    assert world.target.name == "back-api"
    world.target.name = "invoices"
    with pytest.raises(Exception, match="audience name cannot change"):
        world.target.full_clean()
