"""Log users in with exactly the permissions that a test names, and find the admin's pages."""

from __future__ import annotations

import itertools
from contextlib import ExitStack

import pytest
from django.contrib.auth.models import Permission
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from token_exchange.sts.vocabulary import ACCESS_TOKEN

_numbers = itertools.count(1)


@pytest.fixture
def staff(world):
    """Return a function that returns the browser of a member of staff with exactly these permissions."""

    def with_permissions(*codenames):
        user = world.user(f"staff{next(_numbers)}", is_staff=True)
        for codename in codenames:
            label, _dot, name = codename.rpartition(".")
            label = label or "token_exchange"
            user.user_permissions.add(Permission.objects.get(codename=name, content_type__app_label=label))
        return browser_of(user)

    return with_permissions


def browser_of(user):
    """Return a test client that is logged in and uses HTTPS; a test of its own covers CSRF."""
    browser = Client()
    browser.force_login(user)
    return browser


def queries_of(function):
    """Return the number of SQL statements that a function sends to all databases."""
    with ExitStack() as stack:
        captured = [stack.enter_context(CaptureQueriesContext(connection)) for connection in connections.all()]
        function()
        return sum(map(len, captured))


def page(model, name="changelist", *args):
    """Return the path of an admin page of this app."""
    return reverse(f"admin:token_exchange_{model}_{name}", args=args)


def text_of(answer):
    """Return the body as text, after making sure that it is a page."""
    assert answer.status_code == 200, (answer.status_code, answer.content[:500])
    return answer.content.decode()


def messages_of(answer):
    """Return the messages that the page shows, after following redirects."""
    return [str(message) for message in answer.context["messages"]] if answer.context else []


def act(browser, model, action, *rows):
    """Perform a list action, following the redirect."""
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return browser.post(page(model), data, follow=True)


def policy_form(world, **changes):
    """Return what the form of a valid policy submits; None leaves a field out."""
    form = {
        "name": "a new policy",
        "effect": "permit",
        "client": world.front.pk,
        "subject_token_types": [ACCESS_TOKEN],
        "accepts_local_tokens": "on",
        "issued_to": [world.spa.pk],
        "subject_kind": "any_user",
        "ways": ["client_acts"],
        "limited_to_actor_scopes": "on",
        "max_chain_depth": "1",
        "targets": [world.target.pk],
        "scopes": "read\norders:read",
        "issued_token_types": [ACCESS_TOKEN],
        "max_lifetime": "300",
        "revoked_with_parents": "on",
        "enabled": "on",
        "position": "1",
        **changes,
    }
    return {name: value for name, value in form.items() if value is not None}
