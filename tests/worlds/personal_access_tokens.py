"""Provide users who make personal access tokens on pages, and scripts that exchange them."""

from __future__ import annotations

import html
import re
from contextlib import contextmanager
from datetime import timedelta

from django.test import Client as Browser
from django.utils import timezone

from tests.worlds.log_capture import capturing_logs
from tests.worlds.world import exchange_form
from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import making
from token_exchange.sts.vocabulary import PERSONAL_ACCESS_TOKEN

PAGES = "/account/tokens/"
VALUE = re.compile(r"txpat_[0-9A-Za-z]{49}")


class Person:
    """A user with a logged-in browser; `heard` holds the logs of the last request."""

    def __init__(self, world, user=None, **browser):
        self.world = world
        self.user = user or world.alice
        self.browser = Browser(**browser)
        self.browser.force_login(self.user)
        self.heard = None

    def get(self, where=""):
        return self._sent("get", where)

    def post(self, where, form, **extra):
        return self._sent("post", where, form, **extra)

    def _sent(self, method, where, *form, **extra):
        with capturing_logs() as self.heard:
            answer = getattr(self.browser, method)(f"{PAGES}{where}", *form, secure=True, **extra)
        self.world.secrets |= set(VALUE.findall(answer.content.decode()))
        return answer

    def makes(self, **changes):
        """Return the answer to a submitted form for a token for `back-api`."""
        form = {"name": "backup", "targets": ["back-api"], "scopes": ["read"], "lifetime": "30", "day": ""}
        return self.post("new/", {**form, **changes})

    def renews(self, row, **changes):
        """Return the answer to the submitted form for a renewal."""
        shown = self.get(f"{row.pk}/renew/").content.decode()
        seen = re.search(r'name="seen" value="(\w+)"', shown)[1]
        return self.post(f"{row.pk}/renew/", {"seen": seen, "lifetime": "7", "day": "", **changes})


def value_shown(answer):
    """Return the one value on the page that shows it."""
    assert answer.status_code == 200, errors_of(answer)
    (value,) = set(VALUE.findall(answer.content.decode()))
    return value


def errors_of(answer):
    """Return the errors on a page."""
    lists = re.findall(r'<ul class="errors".*?</ul>', answer.content.decode(), re.DOTALL)
    return [html.unescape(text) for one in lists for text in re.findall(r"<li>(.*?)</li>", one, re.DOTALL)]


def make(world, owner=None, *, name="nightly import", scopes=("read", "write"), targets=None, days=30):
    """Create a personal access token without a form; return its row and its value."""
    made = making.create(
        owner or world.alice,
        name=name,
        scopes=scopes,
        targets=[world.target] if targets is None else targets,
        expires=timezone.now() + timedelta(days=days),
    )
    world.secrets.add(made.value)
    return made


def policy_for_scripts(world, **fields):
    """Let `front` exchange personal access tokens of any user for both targets, without an actor."""
    listed = {"targets": [world.target, world.other_target], "scopes": ["read", "write", "orders:read"]}
    kinds = {"subject_token_types": [PERSONAL_ACCESS_TOKEN], "issued_to": [], "ways": ["same_subject"]}
    return world.policy(**{**listed, **kinds, **fields})


def trade(world, value, **parameters):
    """Return the answer to the exchange of a personal access token."""
    client = parameters.pop("client", world.front)
    form = exchange_form(value, **{"subject_token_type": PERSONAL_ACCESS_TOKEN, **parameters})
    return world.post(form, client=client)


@contextmanager
def nothing_changes():
    """Check that the block creates, deletes and changes no personal access token."""
    before = list(PersonalAccessToken.objects.order_by("pk").values())
    yield
    assert list(PersonalAccessToken.objects.order_by("pk").values()) == before
