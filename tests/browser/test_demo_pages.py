"""Every page that the demo links to works under its strict policy."""

from __future__ import annotations

import pytest

from tests.browser.conftest import complaint

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(chromium, demo):
    """Return a function that opens the start page as a user of the demo; errors of the browser fail."""
    complaints, contexts = [], []

    def signed_in(name):
        context = chromium.new_context()
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(complaint(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{demo.told['base_url']}/login/")
        page.fill("#id_username", name)
        page.fill("#id_password", demo.told["users"][name]["password"])
        page.click("button")
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert [one for one in complaints if not one.endswith("/favicon.ico")] == []  # the demo has no icon


@pytest.mark.parametrize(("name", "least"), [("admin", 10), ("carol", 2), ("alice", 2)])
def test_every_link_of_the_start_page_leads_somewhere(reader, demo, name, least):
    """Every link of the start page works for the user whom the page names, with its styles."""
    page = reader(name)
    links = page.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.href)")
    assert len(links) >= 10
    opened = []
    for link in links:
        if name != "admin" and not any(part in link for part in ROOMS[name]):
            continue
        answer = page.goto(link)
        assert (answer.status, page.url) == (200, link)
        assert "script-src 'self'; style-src 'self'" in answer.headers["content-security-policy"]
        opened.append(link)
    assert len(opened) >= least


ROOMS = {"carol": ("/auth/user/", "/impersonationticket/"), "alice": ("/account/",)}
"""What the start page names for each of them."""


def test_the_start_page_is_styled(reader):
    """The style sheet of the start page is loaded from a file."""
    page = reader("alice")

    assert page.eval_on_selector("body", "body => getComputedStyle(body).maxWidth") != "none"
