"""The list shows policies as sentences in their order, and switches and moves them."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from tests.admin.conftest import act, messages_of, page, queries_of, text_of
from token_exchange.models import ExchangePolicy


def order():
    """Return the names of all policies in the order of evaluation."""
    return list(ExchangePolicy.objects.values_list("name", flat=True))


@pytest.fixture
def three(world):
    """Return three policies that a script made, so that they share one position."""
    return [world.policy(name=name) for name in ("first", "second", "third")]


def test_each_policy_is_a_sentence(three, superuser):
    """The list shows every policy as its sentence."""
    html = text_of(superuser.get(page("exchangepolicy")))
    assert html.count("Client <b>front</b> may exchange an access token of any user") == 3


def test_the_list_takes_a_constant_number_of_queries(world, three, superuser):
    """Twenty policies cost as many queries as three."""
    for _number in range(20):
        assert queries_of(lambda: superuser.get(page("exchangepolicy"))) == 13
        world.policy(lists={"subject_users": [world.alice], "actor_clients": [world.agent]})


@pytest.mark.parametrize("term", ["second", "front", "back-api"])
def test_policies_are_found(three, superuser, term):
    """Policies are found by name, client and target."""
    rows = superuser.get(page("exchangepolicy"), {"q": term}).context["cl"].result_list
    assert [row.name for row in rows] == (["second"] if term == "second" else ["first", "second", "third"])


def test_secrets_cannot_be_guessed_through_filters(three, superuser):
    """No query string filters by a client's secret."""
    assert superuser.get(page("exchangepolicy"), {"client__client_secret__startswith": "m"}).status_code == 400


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (("third", "up"), ["first", "third", "second"]),
        (("first", "down"), ["second", "first", "third"]),
        (("first", "up"), ["first", "second", "third"]),
        (("third", "down"), ["first", "second", "third"]),
    ],
)
def test_policies_move(three, superuser, move, expected):
    """A policy changes places with its neighbour; at the end of the list it stays."""
    name, direction = move
    policy = ExchangePolicy.objects.get(name=name)
    answer = superuser.post(page("exchangepolicy", direction, policy.pk), follow=True)
    assert answer.status_code == 200
    assert order() == expected
    moved = expected != ["first", "second", "third"]
    assert LogEntry.objects.filter(object_id=policy.pk).count() == moved


def test_moving_needs_post_and_permission(three, superuser, staff):
    """A GET request moves nothing, and neither does a user who may only view."""
    path = page("exchangepolicy", "up", three[2].pk)
    assert superuser.get(path).status_code == 405
    assert staff("view_exchangepolicy").post(path).status_code == 403
    assert order() == ["first", "second", "third"]
    assert staff("change_exchangepolicy").post(path).status_code == 302
    assert order() == ["first", "third", "second"]


def test_moving_needs_the_csrf_token(three, world):
    """A form on another site cannot move policies."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.user("root", is_staff=True, is_superuser=True))
    assert strict.post(page("exchangepolicy", "up", three[2].pk)).status_code == 403
    assert order() == ["first", "second", "third"]


def test_moving_what_is_gone(superuser):
    """Moving a deleted policy answers 404."""
    assert superuser.post(page("exchangepolicy", "up", 4711)).status_code == 404


def test_disabling_and_enabling_leaves_a_line_each_in_the_history(three, superuser):
    """The actions switch exactly the chosen rows, and each change is in the admin's log."""
    answer = act(superuser, "exchangepolicy", "disable", three[0], three[1])
    assert any("2 disabled" in message for message in messages_of(answer))
    assert list(ExchangePolicy.objects.filter(enabled=False)) == three[:2]
    act(superuser, "exchangepolicy", "enable", three[0])
    assert list(ExchangePolicy.objects.filter(enabled=False)) == three[1:2]
    assert LogEntry.objects.filter(object_id=three[0].pk).count() == 2
    assert LogEntry.objects.filter(object_id=three[2].pk).count() == 0


def test_disabling_says_how_many_tokens_stop(world, superuser):
    """Disabling a policy shows how many active tokens were issued under it."""
    policy = world.policy()
    assert world.exchange(world.login_token()).status_code == 200
    answer = act(superuser, "exchangepolicy", "disable", policy)
    assert any("1 active token stopped" in message for message in messages_of(answer))


def test_what_can_never_permit_is_not_enabled(world, superuser):
    """The enable action validates what the form validates."""
    policy = world.policy(enabled=False)
    policy.targets.clear()
    answer = act(superuser, "exchangepolicy", "enable", policy)
    assert any("at least one target" in message for message in messages_of(answer))
    assert not ExchangePolicy.objects.get(pk=policy.pk).enabled


@pytest.mark.scenario("O09")
def test_deleting_says_how_many_tokens_stop(world, superuser):
    """Both confirmation pages for deleting say how many active tokens stop."""
    policy = world.policy()
    assert world.exchange(world.login_token()).status_code == 200
    confirmations = (
        superuser.get(page("exchangepolicy", "delete", policy.pk)),
        act(superuser, "exchangepolicy", "delete_selected", policy),
    )
    for confirmation in confirmations:
        assert "Active tokens that stop working: 1" in text_of(confirmation)
    assert ExchangePolicy.objects.filter(pk=policy.pk).exists()
