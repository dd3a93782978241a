"""The pages of tickets work wide and narrow, light and dark, and by keyboard."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from tests.browser.test_admin_pages import CONTRASTS
from tests.worlds.ticket_pages import VALUE, SupportOffice, page
from token_exchange.impersonation.tickets import State
from token_exchange.models import ImpersonationPermission, ImpersonationTicket

pytestmark = pytest.mark.browser


PERMISSIONS = "/admin/token_exchange/impersonationpermission/"


@pytest.fixture
def office(world):
    """Set up a support team with some tickets; Carol may view users and permissions."""
    office = SupportOffice(world)
    office.carol.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_user", "view_impersonationpermission"])
    )
    # Alice is to have no right that Carol lacks, and the other way round does not matter.
    world.target.description = "Orders and invoices of the shop"
    world.target.save()
    return office


@pytest.fixture
def pages(world, office):
    """Return by name who opens each page, and a function that submits a form if that is needed to reach it."""
    long = "The customer rang because an order vanished, and asked us to look at it together with them. " * 3
    used = office.ask(reason=long, reference="SUP-7", context={"channel": "phone", "url": "x" * 120})
    office.traded(office.collect(used))
    office.asks(reason="Another case")
    ready = ImpersonationTicket.objects.latest("pk")
    waiting = office.waiting(reason=long)
    world.bob.groups.add(office.customers, Group.objects.create(name="The board of directors of the whole company"))
    office.permit(name="never the board", effect="deny", methods=[], scopes=[], lists={"subject_users": [world.bob]})
    root = world.user("root", is_staff=True, is_superuser=True)
    return {
        "tickets": (office.dave, page("changelist")),
        "ticket-waiting": (office.dave, page("change", waiting.pk)),
        "ticket-used": (office.carol, page("change", used.pk)),
        "ticket-collectable": (office.carol, page("change", ready.pk)),
        "ticket-withdraw": (office.carol, page("withdraw", used.pk)),
        "ticket-ask": (office.carol, page("ask", world.alice.pk)),
        "ticket-refused": (office.carol, page("ask", world.bob.pk)),
        "person": (office.carol, reverse("admin:auth_user_change", args=[world.alice.pk])),
        "permissions": (root, PERMISSIONS),
        "permission": (root, f"{PERMISSIONS}{office.permission.pk}/change/"),
        "permission-add": (root, f"{PERMISSIONS}add/"),
        "permission-person": (root, f"{PERMISSIONS}person/{office.carol.pk}/"),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_every_page_fits(pages, open_as, screenshots, width, scheme):
    """No page is wider than the window, the browser blocks nothing, and the contrast is at least 4.5 to 1 (WCAG AA)."""
    open_as.expected += ["status of 403", "status of 400"]
    for name, (user, path) in pages.items():
        shown = open_as(user, path, width=width, scheme=scheme)
        fits(shown, screenshots / f"{name}-{width}-{scheme}.png", width, name)
    user, path = pages["ticket-ask"]
    shown = open_as(user, path, width=width, scheme=scheme)
    shown.get_by_role("button", name="Request the ticket").click()
    fits(shown, screenshots / f"ticket-ask-refused-{width}-{scheme}.png", width, "refused")
    shown = open_as(*pages["ticket-collectable"], width=width, scheme=scheme)
    shown.get_by_role("button", name="Collect the ticket").click()
    fits(shown, screenshots / f"ticket-shown-{width}-{scheme}.png", width, "shown")


def fits(shown, picture, width, name):
    """Take a screenshot, and check width and contrast of the page."""
    shown.screenshot(path=picture, full_page=True)
    assert shown.locator("h1").first.is_visible(), name
    assert shown.evaluate("document.documentElement.scrollWidth") <= width, name
    for contrast, text in shown.evaluate(CONTRASTS):
        assert contrast >= 4.5, (name, text)


@pytest.mark.scenario("G01")
def test_the_whole_story(world, office, open_as, mailoutbox):
    """By keyboard, support requests a ticket, a colleague approves it, and the customer stops its use."""
    ImpersonationPermission.objects.update(approval_required=True)
    shown = open_as(office.carol, reverse("admin:auth_user_change", args=[world.alice.pk]))
    shown.get_by_role("link", name="Act as this user").press("Enter")
    shown.get_by_role("checkbox", name="orders:read").press("Space")
    shown.get_by_role("textbox", name="Reason").press_sequentially("An order vanished")
    shown.get_by_role("textbox", name="Context").press_sequentially("channel: phone")
    shown.get_by_role("button", name="Request the ticket").press("Enter")
    assert "A second person has to approve" in shown.locator(".messagelist").inner_text()
    assert shown.get_by_role("button", name="Collect the ticket").count() == 0
    colleague = open_as(office.dave, page("changelist"))
    colleague.locator("#result_list a", has_text="Waiting for approval").click()
    colleague.get_by_role("button", name="Approve").click()
    assert "The requester can collect the ticket now" in colleague.locator(".messagelist").inner_text()
    shown.reload()
    shown.get_by_role("button", name="Collect the ticket").press("Enter")
    (value,) = VALUE.findall(shown.locator("#ticket-value").inner_text())
    assert shown.get_by_role("button", name="Copy").is_visible()
    assert value not in shown.url
    answer = office.trade(value)
    assert (answer.status_code, answer.json()["scope"]) == (200, "orders:read")
    token = answer.json()["access_token"]
    assert office.told(token)["act"]["sub"] == str(office.carol.pk)
    the_customer_stops_it(world, open_as, mailoutbox)
    assert not office.told(token)["active"]


def the_customer_stops_it(world, open_as, mailoutbox):
    """Check that the letter and the page say who acted and why, and that the button on the page stops it."""
    (letter,) = [letter for letter in mailoutbox if letter.to == [world.alice.email]]
    assert "carol" in letter.body
    assert "An order vanished" in letter.body
    shown = open_as(world.alice, reverse("token_exchange_account:acts"))
    assert "An order vanished" in shown.locator("main").inner_text()
    stop = shown.get_by_role("button", name="Stop")
    stop.focus()
    stop.press("Enter")
    assert shown.get_by_role("button", name="Stop").count() == 0


def test_without_script(world, office, open_as):
    """Everything except copying works without scripts."""
    shown = open_as(office.carol, page("ask", world.alice.pk), script=False)
    shown.check("input[name=scopes][value=read]")
    shown.fill("[name=reason]", "Case 7")
    shown.get_by_role("button", name="Request the ticket").click()
    shown.get_by_role("button", name="Collect the ticket").click()
    assert VALUE.search(shown.locator("#ticket-value").inner_text())
    assert ImpersonationTicket.objects.get().state == State.READY
