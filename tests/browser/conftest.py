"""Drive the system's Chromium against a live server with a strict Content-Security-Policy."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What a careful site sends; the admin pages need nothing more.
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'"


def with_policy(application):
    """Send the policy with every answer of a WSGI application."""

    def wrapped(environ, start_response):
        def start(status, headers, *rest):
            return start_response(status, [*headers, ("Content-Security-Policy", POLICY)], *rest)

        return application(environ, start)

    return wrapped


@pytest.fixture(scope="session")
def chromium():
    """Return a running Chromium; without one, skip the tests, or fail if REQUIRE_BROWSER is set."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not os.path.exists(CHROMIUM):
        pytest.skip("there is no Chromium on this machine")
    # Playwright's synchronous interface runs an event loop in this thread, which Django takes for an async view.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with playwright.sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            yield browser
            browser.close()


@pytest.fixture
def site(live_server, world):
    """Return the live server with the policy added; its middleware has been loaded before."""
    server = live_server.thread.httpd
    application = server.get_app()
    server.set_app(with_policy(application))
    yield live_server
    server.set_app(application)


@pytest.fixture
def open_as(chromium, site):
    """Return a function that opens a page as a user in a given width and colour scheme; errors of the browser fail."""
    complaints, contexts = [], []
    # Browsers ask every site for this picture, and the test site has none.
    expected = ["/favicon.ico"]

    def open_it(user, path, *, width=1280, scheme="light", script=True):
        login = Client()
        login.force_login(user)
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        context.add_cookies([{"name": "sessionid", "value": login.cookies["sessionid"].value, "url": site.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(complaint(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site.url}{path}")
        return page

    open_it.expected = expected  # where a test adds what it provokes
    yield open_it
    for context in contexts:
        context.close()
    assert [one for one in complaints if not any(text in one for text in expected)] == []


@pytest.fixture
def open_page(open_as):
    """Return a function that opens a page as a superuser."""
    return partial(open_as, get_user_model().objects.create_superuser("root", "root@example.org", "password"))


def complaint(message):
    """Return an error of the browser with its URL."""
    return f"{message.text} {message.location.get('url', '')}"


@pytest.fixture
def screenshots(tmp_path):
    """Return the folder for screenshots, which SCREENSHOTS names if a person wants to keep them."""
    directory = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    directory.mkdir(parents=True, exist_ok=True)
    return directory
