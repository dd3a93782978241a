"""The examples of the documentation run, and its links lead to files and headings."""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser
from django.urls import include, path

from tests.docs.pages import FOLDER, PAGES, blocks, text_of
from tests.worlds.help_desk import HelpDesk
from tests.worlds.resource_server import KindsOfToken

EXAMPLES = [(page.name, example) for page in PAGES for example in blocks(page.name, "python")]


def test_there_are_examples():
    """The blocks are found at all."""
    assert len(EXAMPLES) >= 4
    assert text_of("resource-servers.md").count("```python") == len(blocks("resource-servers.md", "python"))


@pytest.mark.parametrize(("page", "example"), EXAMPLES)
def test_every_python_example_runs(page, example):
    """What a reader pastes runs, together with what stands before it on the page."""
    before = blocks(page, "python")
    exec(compile("\n".join(before[: before.index(example) + 1]), page, "exec"), {"__name__": "site.views"})


@pytest.fixture
def examples(settings):
    """The views of the page of resource servers, each at an address of its own."""
    views = {"__name__": "site.views"}
    exec(compile("\n".join(blocks("resource-servers.md", "python")), "resource-servers.md", "exec"), views)
    patterns = [
        path("rest-orders/", views["Orders"].as_view()),
        path("helpers/", views["Helpers"].as_view()),
        path("credentials/", views["Credentials"].as_view()),
        path("orders/", views["orders"]),
        path("invoices/", views["Invoices"].as_view()),
        path("", include("tests.urls")),
    ]
    settings.ROOT_URLCONF = type("Examples", (), {"urlpatterns": patterns})


def asked(where, token, *, host="back-api.example", method="get"):
    headers = {"host": host, "Authorization": f"Bearer {token}"}
    return getattr(Browser(), method)(f"/{where}/", headers=headers, secure=True)


def test_the_views_of_the_page(examples, world):
    """The views of the examples admit and refuse what the page says."""
    tokens = KindsOfToken.minted(world, HelpDesk(world))
    shown = asked("rest-orders", tokens.by_front).json()
    assert (shown["user"], shown["acting"], shown["before"]) == ("alice", "client:front", [])
    assert asked("rest-orders", tokens.ordinary).status_code == 403
    assert asked("helpers", tokens.by_front).json() == {"acting": "client:front"}
    assert asked("helpers", tokens.by_bob).status_code == 403
    assert asked("credentials", tokens.ordinary, method="post").json() == {"user": "alice"}
    assert asked("credentials", tokens.laundered, method="post").status_code == 403
    assert asked("orders", tokens.by_front).json() == {"user": "alice", "acting": "client:front"}
    assert asked("orders", tokens.by_bob).status_code == 403
    assert asked("invoices", tokens.nested, host="invoices-api.example").json() == {"acting": "client:back"}
    assert asked("invoices", tokens.restricted).status_code == 403
    assert asked("invoices", tokens.ordinary).status_code == 403


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_every_link_leads_somewhere(page):
    """Links between the pages name files and headings that exist."""
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text_of(page)):
        name, _, anchor = target.partition("#")
        linked = FOLDER / name if name else FOLDER / page
        assert linked.is_file(), target
        headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
        assert not anchor or anchor in {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}


def test_the_index_links_every_page():
    """No page is only found by whoever knows that it is there."""
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", text_of("index.md")))
    assert linked == {page.name for page in PAGES} - {"index.md"}
