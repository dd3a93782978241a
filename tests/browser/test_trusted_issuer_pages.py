"""The pages of trusted issuers work wide and narrow, light and dark, and can be filled in by keyboard."""

from __future__ import annotations

import pytest

from tests.browser.test_admin_pages import CONTRASTS, page
from token_exchange.models import ExchangedToken, IssuerHealth, LinkedAccount, TrustedIssuer

pytestmark = pytest.mark.browser


@pytest.fixture
def paths(world, key_server, issuer, present):
    """Return the path of every page by name, for an issuer in use and one whose keys were never fetched."""
    for _number in range(2):
        assert present(key_server.sign()).status_code == 200
    old = TrustedIssuer.objects.create(
        name="The old server of the company that was merged with ours",
        issuer="https://login.a-rather-long-name-of-a-department.example.org/realms/employees-and-contractors",
        enabled=False,
        audiences=["https://here.example/a/rather/long/audience/that/somebody/chose"],
    )
    IssuerHealth.objects.create(trusted_issuer=old, outcome="certificate_refused")
    LinkedAccount.objects.create(trusted_issuer=old, subject="00u1abcd2efGHIJKL3x7", user=world.bob)
    return {
        "issuers": page("trustedissuer"),
        "issuer": page("trustedissuer", "change", issuer.pk),
        "issuer-unreached": page("trustedissuer", "change", old.pk),
        "issuer-revoke": page("trustedissuer", "revoke", issuer.pk),
        "issuer-add": f"{page('trustedissuer', 'add')}?preset=github",
        "linked-accounts": page("linkedaccount"),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_every_page_fits(paths, open_page, screenshots, width, scheme):
    """No page is wider than the window, none shows an error, and the browser blocks nothing of it."""
    for name, path in paths.items():
        shown = open_page(path, width=width, scheme=scheme)
        shown.screenshot(path=screenshots / f"{name}-{width}-{scheme}.png", full_page=True)
        assert shown.locator("h1").first.is_visible(), name
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(paths, open_page, scheme):
    """The colours of this app keep a contrast of 4.5 to 1 (WCAG AA)."""
    for name in ("issuers", "issuer-unreached"):
        shown = open_page(paths[name], scheme=scheme)
        for contrast, text in shown.evaluate(CONTRASTS):
            assert contrast >= 4.5, (name, scheme, text)


def test_an_administrator_trusts_github(world, open_page):
    """A preset leads to a saved issuer: missing values are reported beside their fields, and other input is kept."""
    shown = open_page(page("trustedissuer", "add"))
    shown.get_by_role("link", name="GitHub Actions").click()
    shown.click("[name=_save]")
    assert "This field is required." in shown.locator(".field-audiences .errorlist").inner_text()
    assert (
        "Replace these placeholders of the preset: NUMBER" in shown.locator(".field-conditions .errorlist").inner_text()
    )
    shown.fill("#id_audiences", "https://here.example")
    shown.fill("#id_conditions", "ref equals refs/heads/main")
    shown.click("[name=_save]")
    complaint = shown.locator(".field-conditions .errorlist").inner_text()
    assert "Many tenants share this issuer." in complaint
    assert "repository_owner_id" in complaint
    assert shown.input_value("#id_audiences") == "https://here.example"
    assert not TrustedIssuer.objects.exists()
    shown.fill("#id_conditions", "repository_owner_id equals 12\nref equals refs/heads/main")
    shown.click("[name=_continue]")
    assert "was added successfully" in shown.locator(".messagelist").inner_text()
    row = TrustedIssuer.objects.get()
    assert (row.issuer, row.subject_mapping) == ("https://token.actions.githubusercontent.com", "workload")
    assert [condition["claim"] for condition in row.conditions] == ["repository_owner_id", "ref"]
    assert row.scope_mapping == {"*": []}


def test_the_fields_are_reached_by_the_keyboard_and_have_names(world, open_page):
    """Every field has a label, and Tab follows the order on the screen."""
    shown = open_page(page("trustedissuer", "add"))
    nameless = shown.evaluate(
        """() => [...document.querySelectorAll("form input:not([type=hidden]), form textarea, form select")]
            .filter((field) => field.closest("#content-main") && field.type !== "submit")
            .filter((field) => !field.labels.length && !field.getAttribute("aria-label")).map((field) => field.name)"""
    )
    assert nameless == []
    shown.focus("#id_name")
    reached = []
    for _step in range(4):
        shown.keyboard.press("Tab")
        reached.append(shown.evaluate("document.activeElement.name"))
    assert reached == ["issuer", "enabled", "token_types", "token_types"]


def test_keys_are_fetched_now(paths, key_server, open_page):
    """A button on the issuer's page fetches the keys at once and shows the outcome in words."""
    shown = open_page(paths["issuer"])
    fetched = key_server.asked_for("/keys")
    shown.get_by_role("button", name="Fetch keys now").click()
    assert "Result of the fetch: ok." in shown.locator(".messagelist").inner_text()
    assert key_server.asked_for("/keys") == fetched + 1
    key_server.fault = "500"
    shown.get_by_role("button", name="Fetch keys now").click()
    assert "status 500" in shown.locator(".field-last_outcome").inner_text()


def test_an_issuer_is_cut_off_after_a_question(paths, issuer, open_page):
    """Two clicks disable the issuer and revoke its tokens; the first click only opens the confirmation."""
    shown = open_page(paths["issuer"])
    shown.get_by_text("Disable and revoke all tokens").click()
    assert "2 active tokens were issued in exchange for tokens of this issuer" in shown.locator("#content").inner_text()
    issuer.refresh_from_db()
    assert issuer.enabled
    shown.get_by_role("button", name="Yes, disable and revoke").click()
    assert "2 tokens revoked" in shown.locator(".messagelist").inner_text()
    issuer.refresh_from_db()
    assert not issuer.enabled
    assert not ExchangedToken.objects.filter(revoked=None).exists()
