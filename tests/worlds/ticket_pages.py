"""Open and submit the admin pages of tickets as a member of the support team."""

from __future__ import annotations

import re

from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.urls import reverse

from tests.worlds.log_capture import capturing_logs
from tests.worlds.support_team import SupportTeam
from token_exchange.models import ExchangedToken, ImpersonationTicket

VALUE = re.compile(r"tximp_[0-9A-Za-z]{49}")


class SupportOffice(SupportTeam):
    """The team as staff; `dave` approves. `heard` holds the logs of the last request."""

    def __init__(self, world):
        super().__init__(world)
        get_user_model().objects.filter(username__in=["carol", "dave"]).update(is_staff=True)
        self.carol.is_staff = self.dave.is_staff = True
        self.heard = None

    def colleague(self, name, *codenames, **fields):
        """Create another staff member with exactly these permissions of Django."""
        user = self.world.user(name, is_staff=True, **fields)
        for codename in codenames:
            user.user_permissions.add(Permission.objects.get(codename=codename))
        return user

    def get(self, user, path):
        return self._sent(user, "get", path)

    def post(self, user, path, form=None, **extra):
        return self._sent(user, "post", path, form or {}, **extra)

    def _sent(self, user, method, path, *form, **extra):
        browser = Browser(**extra.pop("browser", {}))
        browser.force_login(user)
        with capturing_logs() as self.heard:
            answer = getattr(browser, method)(path, *form, secure=True, **extra)
        self.world.secrets |= set(VALUE.findall(answer.content.decode()))
        return answer

    def asks(self, user=None, subject=None, **changes):
        """Return the answer to the form on the page “act as this user”."""
        form = {"targets": ["back-api"], "scopes": ["read"], "reason": "Case 7", **changes}
        return self.post(user or self.carol, page("ask", (subject or self.world.alice).pk), form)

    def waiting(self, **request):
        """Return a ticket that waits for approval."""
        self.permission.approval_required = True
        self.permission.save()
        return self.ask(**request)


def page(name, *args):
    """Return the path of a page of tickets."""
    return reverse(f"admin:token_exchange_impersonationticket_{name}", args=args)


def text_of(answer, status=200):
    """Return the page as text."""
    assert answer.status_code == status, (answer.status_code, answer.content[:500])
    return answer.content.decode()


def value_on(answer):
    """Return the one value on the page that shows it."""
    (value,) = set(VALUE.findall(text_of(answer)))
    return value


def everything():
    """Return all rows that a page about tickets might change or write a value to."""
    return {
        "tickets": list(ImpersonationTicket.objects.order_by("pk").values()),
        "tokens": list(ExchangedToken.objects.order_by("pk").values()),
        "log": list(LogEntry.objects.order_by("pk").values()),
    }


def kept():
    """Return the admin's log, all sessions and all tickets as one text."""
    sessions = [session.get_decoded() for session in Session.objects.all()]
    return str([everything(), sessions])
