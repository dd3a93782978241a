"""Section I, continued: who gets a token for which target, and until when."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.scenario("INV-6")

BACK = "https://back-api.example/"


@pytest.mark.parametrize("named", [{}, {"audience": "back-api"}, {"resource": BACK}])
@pytest.mark.parametrize("how", ["disabled", "deleted"])
def test_i09_target_that_is_gone(world, alices_token, named, how):
    """A disabled or deleted target is no target, whether it is asked for or would be the default."""
    assert world.exchange(alices_token, **named).status_code == 200
    before = world.counts()
    if how == "deleted":
        world.target.delete()
    else:
        world.target.enabled = False
        world.target.save()
    world.assert_refusal(world.exchange(alices_token, **named), before, error="invalid_target")


def test_i10_target_that_did_not_let_this_client_in(world, alices_token):
    """A policy names both sides; another client with a policy of its own does not get in."""
    world.policy(client=world.agent, targets=[world.other_target])
    world.refused(
        lambda: world.exchange(alices_token, client=world.agent, audience="invoices-api"),
        lambda: world.exchange(alices_token, client=world.agent, audience="back-api"),
        error="invalid_target",
    )


@pytest.mark.parametrize("usable", [True, False])
def test_i10_unknown_and_forbidden_look_alike(world, alices_token, usable):
    """TX-056: nobody finds out which targets exist, not even with a token that no policy takes."""
    token = alices_token if usable else world.client_token(world.agent)
    answers = [world.exchange(token, audience=name) for name in ("invoices-api", "no-such-api")]
    assert answers[0].status_code == answers[1].status_code == 400
    assert answers[0].content == answers[1].content


def test_i11_a_token_of_ones_own_without_other_audience(world):
    """A client trades a token that was issued to itself only where a policy says "same subject"."""
    world.policy(ways=["client_acts"])
    world.policy(client=world.agent, ways=["same_subject"], subject_kind="clients")
    world.policy(client=world.front, ways=["without_actor"], subject_kind="clients")
    fronts, agents = world.client_token(world.front), world.client_token(world.agent)
    world.refused(
        lambda: world.exchange(agents, client=world.agent),
        lambda: world.exchange(fronts, client=world.front),
        error="invalid_request",
    )


def test_i12_target_denied_to_a_user(world):
    """A deny policy on a target for one user refuses that user alone, and leaves no token."""
    world.policy()
    denied = {"subject_users": [world.bob]}
    world.policy(effect="deny", scopes=[], targets=[world.target], subject_kind="listed_users", lists=denied)
    alices, bobs = world.login_token(), world.login_token(world.bob)
    world.refused(
        lambda: world.exchange(alices),
        lambda: world.exchange(bobs),
        error="invalid_target",
        reason="denied_by_policy",
    )


@pytest.mark.parametrize("audience", ["*", "admin", "introspection", "token_exchange", "https://testserver/o/token/"])
def test_i13_our_own_services_are_no_targets(world, alices_token, audience):
    """Neither this server's own services nor a wildcard can be asked for."""
    world.refuses(alices_token, error="invalid_target", reason="target_unknown", audience=audience)


def test_i16_a_resource_server_trades_what_was_meant_for_it(world):
    """The owner of a target may trade a token for that target, for itself."""
    world.policy(client=world.back, issued_to=[], ways=["client_acts"])
    meant_for_back = world.login_token(resource=BACK)
    answer = world.exchange(meant_for_back, client=world.back, audience="back-api")
    assert answer.status_code == 200, answer.content
    assert world.introspect(answer.json()["access_token"], client=world.back)["aud"] == ["back-api", BACK]


def test_i16_a_token_for_nobody_in_particular_is_not_meant_for_it(world):
    """A token without audience was not meant for the owner of any target."""
    world.policy(client=world.back, issued_to=[], ways=["client_acts"])
    world.refused_but_for(
        world.login_token(resource=BACK),
        world.login_token(),
        client=world.back,
        reason="not_permitted_by_any_policy",
    )


def test_i16_a_resource_that_no_target_has_is_meant_for_nobody(world):
    """A token for some other resource is not the owner's either."""
    world.policy(client=world.back, issued_to=[], ways=["client_acts"])
    world.refused_but_for(
        world.login_token(resource=BACK),
        world.login_token(resource=f"{BACK}other"),
        client=world.back,
        reason="not_permitted_by_any_policy",
    )
