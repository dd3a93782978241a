"""The admin refuses targets that cannot be reached, and shows how many tokens a change stops."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from tests.admin.conftest import act, messages_of, page, text_of
from tests.admin.policies.test_form import errors_of
from token_exchange.models import ExchangedToken, Target


def target_form(**changes):
    """What the form of a target submits."""
    return {
        "name": "files-api",
        "enabled": "on",
        "resources": "https://files.example/",
        "scopes": "read",
        "max_lifetime": "",
        "token_format": "opaque",
        **changes,
    }


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("resources", {"resources": ""}),
        ("resources", {"resources": "files.example"}),
        ("resources", {"resources": "https://files.example/#top"}),
        ("resources", {"resources": "https://back-api.example/"}),
        ("name", {"name": "two words"}),
        ("name", {"name": "back-api"}),
        ("max_lifetime", {"max_lifetime": "0"}),
    ],
)
def test_unreachable_or_ambiguous_targets_are_refused(world, superuser, field, changes):
    """A target without URIs, with another target's URI, or with an unusable name is not saved."""
    answer = superuser.post(page("target", "add"), target_form(**changes))
    assert set(errors_of(answer)) == {field}
    assert superuser.post(page("target", "add"), target_form()).status_code == 302


def test_the_list_shows_what_matters(world, superuser):
    """Name, owner and scopes are in the list."""
    html = text_of(superuser.get(page("target")))
    assert "back-api" in html
    assert "<code>orders:read</code>" in html
    assert ">back</td>" in html


def test_disabling_says_how_many_tokens_stop(world, superuser):
    """Exactly the active tokens for the target are counted, with the letter case of its name respected."""
    world.policy()
    for _number in range(3):
        assert world.exchange(world.login_token()).status_code == 200
    other_case, expired, _live = ExchangedToken.objects.values_list("pk", flat=True)
    ExchangedToken.objects.filter(pk=other_case).update(audience=["BACK-API"])
    ExchangedToken.objects.filter(pk=expired).update(expires="2020-01-01T00:00Z")
    answer = act(superuser, "target", "disable", world.target)
    assert any("1 active token stopped" in message for message in messages_of(answer))
    assert list(Target.objects.filter(enabled=False)) == [world.target]
    assert LogEntry.objects.filter(object_id=world.target.pk).count() == 1


def test_unticking_says_how_many_tokens_stop(world, superuser):
    """The form shows the same message as the action."""
    world.policy()
    assert world.exchange(world.login_token()).status_code == 200
    form = target_form(name="back-api", resources="https://back-api.example/", scopes="read\norders:read")
    answer = superuser.post(page("target", "change", world.target.pk), {**form, "enabled": ""}, follow=True)
    assert any("1 active token stopped" in message for message in messages_of(answer))


def test_enabling_again(world, superuser):
    """A disabled target is enabled again by the action."""
    Target.objects.filter(pk=world.target.pk).update(enabled=False)
    act(superuser, "target", "enable", world.target)
    assert not Target.objects.filter(enabled=False).exists()


def test_the_page_shows_who_leads_here(world, superuser, staff):
    """The page shows the policies that name the target to users who may view policies."""
    world.policy(name="the way in")
    path = page("target", "change", world.target.pk)
    assert "the way in" in text_of(superuser.get(path))
    assert "the way in" not in text_of(staff("view_target").get(path))
    assert "the way in" not in text_of(superuser.get(page("target", "change", world.other_target.pk)))


@pytest.mark.scenario("O09")
def test_deleting_says_how_many_tokens_stop(world, superuser):
    """The confirmation page for deleting says how many active tokens stop."""
    world.policy()
    assert world.exchange(world.login_token()).status_code == 200
    assert "Active tokens that stop working: 1" in text_of(superuser.get(page("target", "delete", world.target.pk)))
