"""Provide a browser that keeps cookies and sends forms with their CSRF token."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from http.cookiejar import CookieJar

from demo_project.cast import Person
from demo_project.wire import Answer, opener, send


class Browser:
    """A browser for one site; `authority` is the one for `opener`."""

    def __init__(self, authority: str = "") -> None:
        self._cookies = CookieJar()
        self._opener = opener(self._cookies, authority=authority)

    def get(self, url: str) -> Answer:
        """Open a page."""
        return send(url, by=self._opener)

    def post(self, url: str, form: Mapping[str, str | Sequence[str]]) -> Answer:
        """Send the form of a page."""
        token = next((cookie.value for cookie in self._cookies if cookie.name.endswith("csrftoken")), None)
        protected = {**form, "csrfmiddlewaretoken": token or ""}
        # Over TLS, Django's protection against forged requests wants to know the page that a form came from.
        return send(url, protected, by=self._opener, referer=url)


def signed_in(person: Person, site: str, *, authority: str = "") -> Browser:
    """Return a browser in which the user has signed in; raise `RuntimeError` if the site refuses the login."""
    browser, page = Browser(authority), f"{site}/login/"
    browser.get(page)
    answer = browser.post(page, {"username": person.username, "password": person.password})
    if answer.status != 302:
        raise RuntimeError(f"{person.username} could not sign in: the site answered {answer.status}")
    return browser


def text_of(markup: str) -> str:
    """Return the visible text of a page or of a part of it, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())
