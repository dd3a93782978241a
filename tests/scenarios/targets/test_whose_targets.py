"""Section I: a policy and the status of a target decide which client gets a token for it."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.scenario("INV-6")

BACK = "https://back-api.example/"


@pytest.mark.parametrize("named", [{}, {"audience": "back-api"}, {"resource": BACK}])
@pytest.mark.parametrize("how", ["disabled", "deleted"])
def test_i09_target_that_is_gone(world, alices_token, named, how):
    """A disabled or deleted target is refused, also as the default of a policy."""
    assert world.exchange(alices_token, **named).status_code == 200
    before = world.counts()
    if how == "deleted":
        world.target.delete()
    else:
        world.target.enabled = False
        world.target.save()
    world.assert_refusal(world.exchange(alices_token, **named), before, error="invalid_target")


def test_i10_target_that_did_not_let_this_client_in(world, alices_token):
    """A client cannot use a target that only another client's policy lists."""
    world.policy(client=world.agent, targets=[world.other_target])
    world.refused(
        lambda: world.exchange(alices_token, client=world.agent, audience="invoices-api"),
        lambda: world.exchange(alices_token, client=world.agent, audience="back-api"),
        error="invalid_target",
    )


@pytest.mark.parametrize("usable", [True, False])
def test_i10_unknown_and_forbidden_look_alike(world, alices_token, usable):
    """TX-056: the answer does not reveal which targets exist, also for a token that no policy accepts."""
    token = alices_token if usable else world.client_token(world.agent)
    answers = [world.exchange(token, audience=name) for name in ("invoices-api", "no-such-api")]
    assert answers[0].status_code == answers[1].status_code == 400
    assert answers[0].content == answers[1].content


def test_i11_a_token_of_ones_own_without_other_audience(world):
    """A client exchanges its own token only if a policy allows the way “same subject”."""
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
    """A deny policy for one user and target refuses only that user."""
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
    """This server's own services and wildcards are refused as targets."""
    world.refuses(alices_token, error="invalid_target", reason="target_unknown", audience=audience)


def test_i16_a_resource_server_exchanges_tokens_for_its_target(world):
    """The owner of a target can exchange a token for that target."""
    world.policy(client=world.back, issued_to=[], ways=["client_acts"])
    meant_for_back = world.login_token(resource=BACK)
    answer = world.exchange(meant_for_back, client=world.back, audience="back-api")
    assert answer.status_code == 200, answer.content
    assert world.introspect(answer.json()["access_token"], client=world.back)["aud"] == ["back-api", BACK]


def test_i16_a_token_without_audience_is_not_for_the_owner(world):
    """The owner of a target cannot exchange a token without audience."""
    world.policy(client=world.back, issued_to=[], ways=["client_acts"])
    world.refused_but_for(
        world.login_token(resource=BACK),
        world.login_token(),
        client=world.back,
        reason="not_permitted_by_any_policy",
    )


def test_i16_a_token_for_an_unknown_resource_is_not_for_the_owner(world):
    """The owner of a target cannot exchange a token for a resource that is not in the target."""
    world.policy(client=world.back, issued_to=[], ways=["client_acts"])
    world.refused_but_for(
        world.login_token(resource=BACK),
        world.login_token(resource=f"{BACK}other"),
        client=world.back,
        reason="not_permitted_by_any_policy",
    )
