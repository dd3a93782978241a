"""The account pages about acts and leaked tokens work wide and narrow, light and dark, and by keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from tests.browser.test_admin_pages import CONTRASTS, page
from tests.browser.test_personal_access_token_pages import EVERY_TEXT
from tests.worlds.personal_access_tokens import make, policy_for_scripts, trade
from tests.worlds.support_team import SupportTeam
from token_exchange.impersonation import ticket_approval, tickets
from token_exchange.models import ExchangeRecord, PersonalAccessToken
from token_exchange.toolkit import token_values

pytestmark = pytest.mark.browser

ACTS = "/account/tokens/acts/"


@pytest.fixture
def acted_for(world):
    """Return Alice, for whom support has acted twice, an app acts now, and one app has acted without a name."""
    support = SupportTeam(world)
    support.carol.first_name, support.carol.last_name = "Carol", "Jones-Featherstonehaugh"
    support.carol.save()
    support.desk.name = "The support desk of the whole department"
    support.desk.save()
    support.permission.approval_required = True
    support.permission.save()
    for reason in ("Case 7", "The customer cannot see her last order, and asked on the phone to look for it " * 3):
        ticket = support.ask(reason=reason, reference="SUP-2026-000-7" * 6)
        ticket_approval.decide(ticket, support.dave, approves=True)
        support.traded(support.collect(ticket), scope="read")
    tickets.withdraw(tickets.ImpersonationTicket.objects.earliest("pk"))
    world.policy()
    world.issued(world.login_token())
    world.policy(client=world.agent, ways=["without_actor"], scopes=["read"])
    world.issued(world.login_token(), client=world.agent)
    return world.alice


@pytest.fixture
def root(db):
    return get_user_model().objects.create_superuser("root", "root@example.org", "password")


@pytest.fixture
def kept(world):
    """Return a token of Alice's that is used, and one that has ended."""
    policy_for_scripts(world)
    made = make(world, name="Nightly import on the build server " + "x" * 60)
    assert trade(world, made.value).status_code == 200
    PersonalAccessToken.objects.update(last_used=timezone.now(), last_address="2001:db8:85a3::8a2e:370:7334")
    PersonalAccessToken.objects.filter(pk=make(world, name="trial").row.pk).update(
        expires=timezone.now() - timedelta(days=1)
    )
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_the_page_fits_and_can_be_read(world, acted_for, open_as, screenshots, width, scheme):
    """No page is wider than the window, and every text keeps a contrast of 4.5 to 1 (WCAG AA)."""
    for name, user in (("acts", acted_for), ("acts-of-nobody", world.bob)):
        shown = open_as(user, ACTS, width=width, scheme=scheme)
        shown.screenshot(path=screenshots / f"{name}-{width}-{scheme}.png", full_page=True)
        assert shown.locator("h1").is_visible()
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, name
        measured = shown.evaluate(CONTRASTS.replace('[class*="token-exchange"]', EVERY_TEXT))
        assert len(measured) > 2
        assert [text for contrast, text in measured if contrast < 4.5] == [], name


@pytest.mark.parametrize("script", [True, False])
def test_stopped_by_keyboard(world, acted_for, open_as, script):
    """By keyboard a user reaches the button of the newest act and stops it; screen readers get its name and its end."""
    shown = open_as(acted_for, ACTS, script=script)
    for _link in ("everybody", "without a token", "stop"):
        shown.keyboard.press("Tab")
    focused = shown.locator(":focus")
    assert focused.inner_text() == "Stop"
    described = focused.get_attribute("aria-describedby")
    assert shown.locator(f"#{described}").inner_text() == "Unnamed actor"
    assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    shown.keyboard.press("Enter")
    shown.locator(".notes").wait_for()
    assert shown.locator(".notes[role=status]").inner_text() == "Stopped. 1 token was revoked."
    assert shown.locator(".card").first.locator(".state").inner_text() == "ended"
    assert ExchangeRecord.objects.latest("pk").reason == "stopped_by_subject"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_admin_pages_fit(kept, root, open_as, screenshots, width, scheme):
    paths = {
        "list": page("personalaccesstoken"),
        "token": page("personalaccesstoken", "change", kept.row.pk),
        "revoke": page("personalaccesstoken", "revoke", kept.row.pk),
        "leaked": page("personalaccesstoken", "leaked"),
    }
    for name, path in paths.items():
        shown = open_as(root, path, width=width, scheme=scheme)
        shown.screenshot(path=screenshots / f"admin-pat-{name}-{width}-{scheme}.png", full_page=True)
        assert shown.locator("h1").first.is_visible(), name
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, name
        for contrast, text in shown.evaluate(CONTRASTS):
            assert contrast >= 4.5, (name, scheme, text)


def test_a_leaked_value_is_pasted_and_revoked(kept, root, open_as, screenshots):
    """The value is masked, submitted by Enter and never shown again; a wrong one gives an error beside the field."""
    shown = open_as(root, page("personalaccesstoken", "leaked"))
    assert shown.locator(":focus").get_attribute("type") == "password"
    shown.keyboard.type(token_values.generate("txpat_"))
    shown.keyboard.press("Enter")
    shown.locator(".errorlist").wait_for()
    assert shown.locator("#id_value").input_value() == ""
    shown.screenshot(path=screenshots / "admin-pat-leaked-unknown.png", full_page=True)
    shown.fill("#id_value", kept.value)
    shown.keyboard.press("Enter")
    shown.locator(".messagelist").wait_for()
    assert "of alice was revoked, with 1 active token derived from it" in shown.locator(".messagelist").inner_text()
    assert kept.value not in shown.content()
    shown.screenshot(path=screenshots / "admin-pat-leaked-done.png", full_page=True)
