"""Request, approve and collect a ticket on the pages of the admin."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.urls import reverse

from demo_project.browsing import signed_in
from demo_project.cast import AUDIENCE, Person
from demo_project.wire import Answer

VALUE = re.compile(r'id="ticket-value"[^>]*>([^<]+)<')


class SupportDesk:
    """A signed-in support user; a ticket is identified by the address of its page."""

    def __init__(self, person: Person, site: str) -> None:
        self._browser, self._site = signed_in(person, site), site

    def ask(self, subject: Person, reason: str) -> Answer:
        """Request a ticket to read a user's orders; the answer leads to its page, or says why it was refused."""
        key = get_user_model()._default_manager.get(username=subject.username).pk
        page = self._site + reverse("admin:token_exchange_impersonationticket_ask", args=[key])
        return self._browser.post(page, {"targets": AUDIENCE, "scopes": "orders:read", "reason": reason})

    def approve(self, ticket: str) -> Answer:
        """Approve the ticket of another user."""
        return self._browser.post(f"{self._site}{_page(ticket, 'approve')}", {})

    def collect(self, ticket: str) -> str:
        """Return the value, which is shown once; empty if there is nothing to collect, or not yet."""
        shown = self._browser.post(f"{self._site}{_page(ticket, 'collect')}", {})
        found = VALUE.search(shown.body.decode())
        return html.unescape(found[1]).strip() if found else ""


def reasons_on(page: Answer) -> Iterator[str]:
    """Yield the reasons for a refusal that the page lists."""
    _before, _heading, rest = page.body.decode().partition("No impersonation permission allows this:")
    for line in re.findall(r"<li>(.*?)</li>", rest.partition("</ul>")[0]):
        yield html.unescape(line)


def _page(ticket: str, what: str) -> str:
    """Return the address of the page that does something with a ticket."""
    return re.sub(r"change/$", f"{what}/", ticket)
