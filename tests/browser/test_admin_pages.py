"""Every admin page works wide and narrow, light and dark, with nothing cut off or blocked."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from token_exchange.models import ExchangedToken, ExchangePolicy, ExchangeRecord, Target

pytestmark = pytest.mark.browser


@pytest.fixture
def paths(world):
    """Return the path of every page by name, on a site with several policies, tokens and records."""
    support = Group.objects.create(name="support")
    first = world.policy(name="front to back", description="The front office reads orders for its users.")
    world.policy(
        name="back to invoices", client=world.back, targets=[world.other_target], max_chain_depth=2, scopes=["read"]
    )
    world.policy(
        name="support by actor token",
        ways=["delegation"],
        subject_kind="listed_users",
        enabled=False,
        lists={"subject_groups": [support], "subject_users": [world.alice], "actor_users": [world.bob]},
    )
    world.policy(name="no invoices for agents", effect="deny", issued_to=[], ways=[], scopes=["invoices:write"])
    world.policy(name="trial", report_only=True, client=world.agent)
    Target.objects.create(name="files-api", resources=["https://files.example/"], scopes=["read"], enabled=False)
    child = world.exchange(world.login_token(), scope="read").json()["access_token"]
    for _number in range(2):
        assert world.exchange(child, client=world.back).status_code == 200
    assert world.exchange(world.login_token(world.bob), scope="write").status_code == 400
    assert world.exchange("unknown").status_code == 400
    refused = ExchangeRecord.objects.filter(reason="not_permitted_by_any_policy").latest("pk")
    token = ExchangedToken.objects.earliest("pk")
    meta = world.front._meta
    return {
        "index": "/admin/",
        "policies": page("exchangepolicy"),
        "policy": page("exchangepolicy", "change", first.pk),
        "policy-add": page("exchangepolicy", "add"),
        "policy-delete": page("exchangepolicy", "delete", first.pk),
        "targets": page("target"),
        "target": page("target", "change", world.target.pk),
        "tokens": page("exchangedtoken"),
        "token": page("exchangedtoken", "change", token.pk),
        "token-revoke": page("exchangedtoken", "revoke", token.pk),
        "records": page("exchangerecord"),
        "record-granted": page("exchangerecord", "change", ExchangeRecord.objects.filter(outcome="granted").last().pk),
        "record-refused": page("exchangerecord", "change", refused.pk),
        "application": reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[world.front.pk]),
    }


def page(model, name="changelist", *args):
    """Return the path of an admin page of this app."""
    return reverse(f"admin:token_exchange_{model}_{name}", args=args)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_every_page_fits(paths, open_page, screenshots, width, scheme):
    """No page is wider than the window, none shows an error, and the browser blocks nothing of it."""
    for name, path in paths.items():
        shown = open_page(path, width=width, scheme=scheme)
        shown.screenshot(path=screenshots / f"{name}-{width}-{scheme}.png", full_page=True)
        assert shown.locator("h1").first.is_visible(), name
        # Whatever is wide scrolls inside its own frame.
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(paths, open_page, scheme):
    """The colours of this app keep a contrast of 4.5 to 1 (WCAG AA)."""
    for name in ("policies", "records", "tokens", "record-refused", "record-granted"):
        shown = open_page(paths[name], scheme=scheme)
        for contrast, text in shown.evaluate(CONTRASTS):
            assert contrast >= 4.5, (name, scheme, text)


# The contrast of each coloured text with the first opaque background behind it.
CONTRASTS = """() => {
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const luminance = (colour) => {
        const [r, g, b] = channels(colour).slice(0, 3).map((value) => {
            const part = value / 255;
            return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const background = (element) => {
        for (let node = element; node; node = node.parentElement) {
            const colour = getComputedStyle(node).backgroundColor;
            const alpha = channels(colour)[3];
            if (alpha === undefined || alpha === 1) return colour;
        }
        return "rgb(255, 255, 255)";
    };
    return [...document.querySelectorAll('[class*="token-exchange"]')].map((element) => {
        const [one, other] = [getComputedStyle(element).color, background(element)].map(luminance);
        return [(Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05), element.textContent.trim()];
    });
}"""


def test_an_administrator_writes_a_policy(world, open_page):
    """An administrator writes a policy with completing fields, and its page shows the sentence afterwards."""
    shown = open_page(page("exchangepolicy", "add"))
    shown.fill("#id_name", "front to back")
    complete(shown, "client", "fron")
    complete(shown, "issued_to", "sp")
    complete(shown, "targets", "back")
    shown.check("#id_ways_0")
    shown.fill("#id_scopes", "read\norders:read")
    shown.click("[name=_continue]")
    assert "was added successfully" in shown.locator(".messagelist").inner_text()
    expected = (
        "Client front may exchange an access token of any user (issued to itself or to spa), with itself as actor, "
        "for target back-api with scopes read and orders:read, for at most 300 seconds."
    )
    assert shown.locator(".token-exchange-sentence").inner_text() == expected
    assert ExchangePolicy.objects.get().client == world.front


def complete(shown, field, typed):
    """Type into a completing field and take the first suggestion."""
    shown.locator(f".field-{field} .select2-selection").click()
    shown.locator(".select2-container--open .select2-search__field").last.fill(typed)
    suggestion = shown.locator(".select2-results__option--highlighted", has_text=typed)
    suggestion.wait_for()
    suggestion.click()


def test_a_refused_policy_says_where(world, open_page):
    """A missing value is reported beside its field, and the other input is kept."""
    shown = open_page(page("exchangepolicy", "add"))
    shown.fill("#id_name", "half a policy")
    shown.click("[name=_save]")
    assert "at least one target" in shown.locator(".field-targets .errorlist").inner_text()
    assert "must name the client" in shown.locator(".field-client .errorlist").inner_text()
    assert shown.input_value("#id_name") == "half a policy"


def test_policies_move_without_script(world, open_page):
    """A click on a button changes the order, with scripts turned off."""
    for name in ("first", "second"):
        world.policy(name=name)
    shown = open_page(page("exchangepolicy"), script=False)
    shown.get_by_role("button", name="Move up: second").click()
    assert "“second” is now at position 1." in shown.locator(".messagelist").inner_text()
    assert list(ExchangePolicy.objects.values_list("name", flat=True)) == ["second", "first"]


def test_a_token_is_revoked_after_a_question(paths, open_page):
    """Two clicks on a token's page revoke it and everything derived from it."""
    shown = open_page(paths["token"])
    shown.get_by_text("Revoke with derived tokens").click()
    assert "2 active tokens were derived from it" in shown.locator("#content").inner_text()
    assert ExchangedToken.objects.filter(revoked=None).count() == 3
    shown.get_by_role("button", name="Yes, revoke").click()
    assert "3 tokens revoked" in shown.locator(".messagelist").inner_text()
    assert not ExchangedToken.objects.filter(revoked=None).exists()
