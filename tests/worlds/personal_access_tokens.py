"""People who keep personal access tokens: what they fill in, what they are shown, and what a script does with it."""

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
    """Somebody with a browser, logged in; what the logs say during a request is kept in `heard`."""

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
        """The answer to a filled-in form: a token for `back-api`."""
        form = {"name": "backup", "targets": ["back-api"], "scopes": ["read"], "lifetime": "30", "day": ""}
        return self.post("new/", {**form, **changes})

    def renews(self, row, **changes):
        """The answer to the form on the page that asks before renewing."""
        shown = self.get(f"{row.pk}/renew/").content.decode()
        seen = re.search(r'name="seen" value="(\w+)"', shown)[1]
        return self.post(f"{row.pk}/renew/", {"seen": seen, "lifetime": "7", "day": "", **changes})


def value_shown(answer):
    """The one value on the page that shows it."""
    assert answer.status_code == 200, errors_of(answer)
    (value,) = set(VALUE.findall(answer.content.decode()))
    return value


def errors_of(answer):
    """The complaints on a page."""
    lists = re.findall(r'<ul class="errors".*?</ul>', answer.content.decode(), re.DOTALL)
    return [html.unescape(text) for one in lists for text in re.findall(r"<li>(.*?)</li>", one, re.DOTALL)]


def make(world, owner=None, *, name="nightly import", scopes=("read", "write"), targets=None, days=30):
    """A personal access token past every form: its row and its value."""
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
    """`front` takes personal access tokens of any user for both targets, with nobody acting."""
    listed = {"targets": [world.target, world.other_target], "scopes": ["read", "write", "orders:read"]}
    kinds = {"subject_token_types": [PERSONAL_ACCESS_TOKEN], "issued_to": [], "ways": ["same_subject"]}
    return world.policy(**{**listed, **kinds, **fields})


def trade(world, value, **parameters):
    """The answer to trading a personal access token at the token endpoint."""
    client = parameters.pop("client", world.front)
    form = exchange_form(value, **{"subject_token_type": PERSONAL_ACCESS_TOKEN, **parameters})
    return world.post(form, client=client)


@contextmanager
def nothing_changes():
    """No personal access token comes, goes or changes."""
    before = list(PersonalAccessToken.objects.order_by("pk").values())
    yield
    assert list(PersonalAccessToken.objects.order_by("pk").values()) == before
