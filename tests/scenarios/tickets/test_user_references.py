"""Section G: an actor acts as a user by user name and actor token, if the site allows references."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from tests.worlds.support_team import SupportTeam
from tests.worlds.world import exchange_form
from token_exchange.models import ImpersonationPermission
from token_exchange.sts.vocabulary import USER


@pytest.fixture
def support(world, settings):
    settings.TOKEN_EXCHANGE = {"USER_REFERENCES": True}
    return SupportTeam(world)


@pytest.fixture
def own_token(world, support):
    """Return Carol's token from a login through `desk`."""
    return world.login_token(support.carol, client=support.desk, scope="read write")


def act_for(support, name, actor_token=None, **parameters):
    """Return the answer to acting as a user by user name."""
    extra = {"actor_token": actor_token} if actor_token else {}
    asked = {"subject_token_type": USER, "scope": "read", "reason": "Case 7", **extra, **parameters}
    return support.world.post(exchange_form(name, **asked), client=support.desk)


def refused(support, own_token, name, *, reason, actor_token=None, **parameters):
    return support.world.refused(
        lambda: act_for(support, "alice", own_token),
        lambda: act_for(support, name, actor_token or own_token, **parameters),
        error="invalid_request",
        reason=reason,
    )


def test_acting_for_a_user(world, support, own_token):
    """The token is about the user and names the actor; its lineage begins with the actor's login."""
    answer = act_for(support, "alice", own_token)
    assert answer.status_code == 200, answer.content
    token = answer.json()["access_token"]
    told = support.told(token)
    assert (told["sub"], told["act"]["sub"]) == (str(world.alice.pk), str(support.carol.pk))
    world.revoke(own_token, client=support.desk)
    assert not support.told(token)["active"]


def test_off_unless_the_site_says_so(world, support, own_token, settings):
    """References are refused unless the site turns them on, even if a policy lists the type."""
    assert act_for(support, "alice", own_token).status_code == 200
    settings.TOKEN_EXCHANGE = {}
    before = world.counts()
    world.assert_refusal(
        act_for(support, "alice", own_token), before, error="invalid_request", reason="token_type_unsupported"
    )


def test_g07_a_name_alone_is_nothing(world, support, own_token):
    """A user name without an actor token is refused."""
    assert act_for(support, "alice", own_token).status_code == 200
    before = world.counts()
    answer = act_for(support, "alice")
    world.assert_refusal(answer, before, error="invalid_request", reason="not_permitted_by_any_policy")


def test_g08_unknown_and_not_permitted_look_alike(world, support, own_token):
    """The answer does not reveal which users exist."""
    unknown = refused(support, own_token, "nobody", reason="subject_unknown")
    forbidden = refused(support, own_token, "bob", reason="not_permitted_by_any_policy")
    assert unknown.content == forbidden.content


@pytest.mark.every_database
@pytest.mark.parametrize("name", ["Alice", "alice ", "ALICE", "1"])
def test_e05_the_exact_name(support, own_token, name):
    """A user reference matches the exact user name only."""
    refused(support, own_token, name, reason=None)


def test_f39_a_permission_to_impersonate_is_none_to_delegate(world, support, own_token):
    """A permission by actor token does not allow delegation, and a policy for delegation no reference (INV-13)."""
    assert act_for(support, "alice", own_token).status_code == 200
    ImpersonationPermission.objects.update(methods=["ticket"])
    before = world.counts()
    world.assert_refusal(
        act_for(support, "alice", own_token), before, error="invalid_request", reason="not_permitted_by_any_policy"
    )


def test_a_permission_with_approval_allows_no_reference(world, support, own_token):
    """A permission that requires approval does not allow references, which cannot be approved."""
    assert act_for(support, "alice", own_token).status_code == 200
    ImpersonationPermission.objects.update(approval_required=True)
    before = world.counts()
    world.assert_refusal(
        act_for(support, "alice", own_token), before, error="invalid_request", reason="not_permitted_by_any_policy"
    )


def test_f06_an_actor_token_of_another_client(world, support, own_token):
    """Carol's token that was issued to `spa` is refused as actor token of `desk`."""
    stolen = world.login_token(support.carol, scope="read")
    refused(support, own_token, "alice", actor_token=stolen, reason="not_permitted_by_any_policy")


def test_h10_not_beyond_the_actors_scopes(world, support, own_token):
    """The scope has to be among those of the actor token, unless the policy does not require that."""
    support.policy.limited_to_actor_scopes = True
    support.policy.save()
    narrow = world.login_token(support.carol, client=support.desk, scope="write")
    before = world.counts()
    assert act_for(support, "alice", own_token).status_code == 200
    before = world.counts()
    world.assert_refusal(act_for(support, "alice", narrow), before, error="invalid_scope")


def test_inv_26_a_delegated_token_does_not_act(world, support, own_token):
    """A token that was obtained by reference is refused as actor token."""
    obtained = act_for(support, "alice", own_token).json()["access_token"]
    world.bob.groups.add(support.customers)
    support.permission.actor_users.add(world.alice)
    refused(support, own_token, "bob", actor_token=obtained, reason="not_permitted_by_any_policy")


def test_a_client_acts_for_people_without_rights(world, support):
    """A client that a permission names can act as users without any permissions or groups only."""
    service = world.client("service")
    support.permission.clients.add(service)
    support.permission.actor_clients.add(service)
    world.policy(
        client=service,
        subject_token_types=[USER],
        ways=["by_permission"],
        issued_to=[],
        limited_to_actor_scopes=False,
    )
    token = world.client_token(service, scope="read")

    def answer():
        form = exchange_form("alice", subject_token_type=USER, scope="read", actor_token=token, reason="Case 7")
        return world.post(form, client=service)

    assert answer().status_code == 200
    world.alice.user_permissions.add(Permission.objects.get(codename="view_target"))
    before = world.counts()
    world.assert_refusal(answer(), before, error="invalid_request", reason="not_permitted_by_any_policy")
