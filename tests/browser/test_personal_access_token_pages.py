"""The pages of personal access tokens work wide and narrow, light and dark, by keyboard and without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser.test_admin_pages import CONTRASTS
from tests.worlds.personal_access_tokens import PAGES, VALUE, make, policy_for_scripts, trade
from token_exchange.models import PersonalAccessToken

pytestmark = pytest.mark.browser


@pytest.fixture
def lived_in(world):
    """Set up Alice with two active tokens, one of which was exchanged and used, and with two that have ended."""
    policy_for_scripts(world)
    world.target.description = "Orders and invoices of the shop"
    world.target.save()
    used = make(world, name="Nightly import on the build server", scopes=["read", "write", "orders:read"])
    assert trade(world, used.value, scope="read").status_code == 200
    PersonalAccessToken.objects.update(last_used=timezone.now(), last_address="2001:db8:85a3::8a2e:370:7334")
    both = [world.target, world.other_target]
    make(world, name="a-very-long-name-without-any-space-in-it" * 2, targets=both, scopes=["read"])
    for name in ("old laptop", "trial"):
        PersonalAccessToken.objects.filter(pk=make(world, name=name, days=9).row.pk).update(
            **({"expires": timezone.now()} if name == "trial" else {"revoked": timezone.now() - timedelta(days=3)})
        )
    return used.row


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_every_page_fits_and_can_be_read(world, lived_in, open_as, screenshots, width, scheme):
    """No page is wider than the window, and every text on it keeps a contrast of 4.5 to 1 (WCAG AA)."""
    pages = {
        "list": lambda: open_as(world.alice, PAGES, width=width, scheme=scheme),
        "list-of-nobody": lambda: open_as(world.bob, PAGES, width=width, scheme=scheme),
        "new": lambda: open_as(world.alice, f"{PAGES}new/", width=width, scheme=scheme),
        "new-refused": lambda: refused(open_as(world.alice, f"{PAGES}new/", width=width, scheme=scheme)),
        "renew": lambda: open_as(world.alice, f"{PAGES}{lived_in.pk}/renew/", width=width, scheme=scheme),
        "revoke": lambda: open_as(world.alice, f"{PAGES}{lived_in.pk}/revoke/", width=width, scheme=scheme),
        "shown": lambda: filled_in(open_as(world.alice, f"{PAGES}new/", width=width, scheme=scheme)),
    }
    open_as.expected.append("status of 400")
    for name, opened in pages.items():
        shown = opened()
        for details in shown.locator("details").all():
            details.locator("summary").click()
        shown.screenshot(path=screenshots / f"pat-{name}-{width}-{scheme}.png", full_page=True)
        assert shown.locator("h1").is_visible(), name
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, name
        measured = shown.evaluate(CONTRASTS.replace('[class*="token-exchange"]', EVERY_TEXT))
        assert len(measured) > 3, name
        assert [text for contrast, text in measured if contrast < 4.5] == [], (name, scheme)


EVERY_TEXT = ".token-exchange-account :is(h1, h2, p, dt, dd, li, label, legend, summary, code, span, button, a, b)"


def filled_in(shown):
    shown.fill("#id_name", "backup")
    shown.check("input[name=targets][value=back-api]")
    shown.check("input[name=scopes][value=read]")
    shown.click("button.primary")
    shown.locator("#token-value").wait_for()
    return shown


def left(shown):
    """Return the page after the token was copied."""
    shown.get_by_role("link", name="I have copied it").click()
    shown.wait_for_url(f"**{PAGES}")
    return shown


def refused(shown):
    """Return the page of a form that was submitted with every possible error; the browser does not validate it."""
    shown.evaluate("document.querySelector('form').noValidate = true")
    shown.check("input[name=lifetime][value=day]")
    shown.click("button.primary")
    shown.locator(".errors").first.wait_for()
    return shown


def test_made_copied_exchanged_revoked(world, open_as):
    """The copied value works at the token endpoint until the token is revoked."""
    policy_for_scripts(world)
    shown = open_as(world.alice, PAGES)
    shown.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown.get_by_role("link", name="New token").click()
    filled_in(shown)
    shown.get_by_role("button", name="Copy").click()
    shown.get_by_text("Copied", exact=True).wait_for()
    value = shown.evaluate("navigator.clipboard.readText()")
    assert VALUE.fullmatch(value)
    assert value == shown.locator("#token-value").inner_text()
    assert value not in shown.url
    token = trade(world, value).json()["access_token"]
    assert value not in left(shown).content()
    shown.get_by_role("link", name="Revoke").click()
    assert "1 active token was exchanged from it" in shown.locator("main").inner_text()
    shown.get_by_role("button", name="Yes, revoke it").click()
    assert "“backup” was revoked. 1 token made from it was revoked too." in shown.get_by_role("status").inner_text()
    assert not world.introspect(token)["active"]
    assert trade(world, value).status_code == 400


def test_neither_reloading_nor_going_back_shows_it_again(world, open_as):
    """Neither a reload nor the browser's back button shows the value again."""
    open_as.expected.append("status of 400")
    shown = filled_in(open_as(world.alice, f"{PAGES}new/"))
    assert VALUE.search(shown.content())
    shown.reload()
    assert "You already have an active token with this name." in shown.locator("main").inner_text()
    assert not VALUE.search(shown.content())
    other = filled_in(open_as(world.bob, f"{PAGES}new/"))
    with pytest.raises(Exception, match="ERR_CACHE_MISS"):
        left(other).go_back()
    assert PersonalAccessToken.objects.count() == 2


def test_by_keyboard_alone(world, open_as):
    """A token can be created by keyboard, and the focus is visible."""
    shown = open_as(world.alice, PAGES)
    tab_to(shown, "a.primary")
    shown.keyboard.press("Enter")
    shown.wait_for_url("**/new/")
    tab_to(shown, "#id_name")
    assert shown.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    shown.keyboard.type("backup")
    for box in ("[name=targets][value=back-api]", "[name=scopes][value='orders:read']"):
        tab_to(shown, box)
        shown.keyboard.press("Space")
    tab_to(shown, "[name=lifetime]")
    shown.keyboard.press("ArrowUp")
    tab_to(shown, "button.primary")
    shown.keyboard.press("Enter")
    shown.locator("#token-value").wait_for()
    row = PersonalAccessToken.objects.get()
    assert (row.name, row.scopes) == ("backup", ["orders:read"])
    assert abs(row.expires - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)


def tab_to(shown, selector):
    """Press Tab until the element has the focus."""
    for _press in range(40):
        shown.keyboard.press("Tab")
        if shown.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"no tab leads to {selector}")


def test_scopes_follow_the_targets(world, open_as):
    """With scripts only the scopes of the chosen targets are offered; without scripts all are."""
    shown = open_as(world.alice, f"{PAGES}new/")
    write, invoices = (shown.locator(f"[name=scopes][value='{scope}']") for scope in ("write", "invoices:read"))
    assert write.is_visible()
    assert invoices.is_visible()
    write.check()
    shown.check("[name=targets][value=invoices-api]")
    assert not write.is_visible()
    assert write.is_disabled(), "what cannot be seen is not sent"
    assert invoices.is_visible()
    shown.check("[name=targets][value=back-api]")
    assert write.is_enabled()


def test_a_day_that_is_entered_is_meant(world, open_as):
    shown = open_as(world.alice, f"{PAGES}new/")
    day = (timezone.now() + timedelta(days=3)).date()
    shown.fill("#id_day", day.isoformat())
    filled_in(shown)
    assert PersonalAccessToken.objects.get().expires.date() == day + timedelta(days=1)


def test_without_script(world, open_as):
    """Without scripts everything works except the copy button, which is not shown."""
    shown = filled_in(open_as(world.alice, f"{PAGES}new/", script=False))
    assert VALUE.fullmatch(shown.locator("#token-value").inner_text())
    assert not shown.get_by_role("button", name="Copy").is_visible()
