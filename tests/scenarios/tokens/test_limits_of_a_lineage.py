"""A limit of a token holds for all its descendants, after any number of exchanges."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.worlds.pasted_issuer import PastedIssuer
from tests.worlds.personal_access_tokens import make
from token_exchange.impersonation import ticket_approval, tickets
from token_exchange.models import ExchangeRecord, Target, TrustedIssuer
from token_exchange.models.configuration_version import raise_version
from token_exchange.personal_access_tokens import revocation
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT, PERSONAL_ACCESS_TOKEN, REFRESH_TOKEN, USER
from token_exchange.tokens import issued_tokens

DEAD = {"active": False}
NOT_PERMITTED = "not_permitted_by_any_policy"


@pytest.fixture
def onward(world):
    """Let `back` exchange the tokens of its target for either target, as actor, any number of times."""
    return world.policy(
        client=world.back,
        targets=[world.target, world.other_target],
        issued_to=[],
        scopes=["read"],
        max_chain_depth=4,
    )


def hopped(world, token, hops, *, client, audience):
    """Return the token after this many more exchanges by the same client."""
    for _hop in range(hops):
        token = world.issued(token, client=client, audience=audience)
    return token


# Who may not act


@pytest.fixture
def desk(world):
    """Return a client that exchanges Bob's tokens with Alice as actor, and tokens of Alice for its own."""
    desk = world.client("reception", grant="authorization-code")
    world.policy(client=desk, ways=["delegation"], lists={"actor_users": [world.alice]}, limited_to_actor_scopes=False)
    world.policy(
        client=desk,
        ways=["same_subject"],
        subject_token_types=[ACCESS_TOKEN, PERSONAL_ACCESS_TOKEN, REFRESH_TOKEN, JWT],
        lists={"trusted_issuers": list(TrustedIssuer.objects.all())},
    )
    return desk


def of_a_login(world, desk):
    return world.login_token(client=desk), ACCESS_TOKEN


def of_a_script(world, desk):
    return make(world, scopes=["read"]).value, PERSONAL_ACCESS_TOKEN


def of_a_refresh(world, desk):
    return world.login(client=desk)["refresh_token"], REFRESH_TOKEN


def of_an_issuer(world, desk):
    issuer = PastedIssuer(world)
    desk_policy = world.policy(client=desk, ways=["same_subject"], subject_token_types=[JWT], issued_to=[])
    desk_policy.trusted_issuers.add(issuer.row)
    return issuer.token(sub="alice"), JWT


@pytest.mark.parametrize("hops", [1, 2, 3])
@pytest.mark.parametrize("origin", [of_a_script, of_a_refresh, of_an_issuer])
def test_what_may_not_act_does_not_act_after_any_number_of_exchanges(world, desk, origin, hops):
    """Only a lineage that began with a login gives actor tokens, after any number of exchanges."""
    bobs = world.login_token(world.bob)
    value, token_type = origin(world, desk)

    def acting(value, token_type):
        first = world.issued(value, client=desk, subject_token_type=token_type)
        return hopped(world, first, hops - 1, client=desk, audience="back-api")

    allowed, refused = acting(*of_a_login(world, desk)), acting(value, token_type)
    world.refused(
        lambda: world.exchange(bobs, client=desk, actor_token=allowed),
        lambda: world.exchange(bobs, client=desk, actor_token=refused),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def test_a_personal_access_token_of_support_does_not_act_by_name(world, support, settings):
    """A token exchanged from a personal access token is refused as actor token for a user reference."""
    settings.TOKEN_EXCHANGE = {"USER_REFERENCES": True}
    world.policy(
        client=support.desk,
        ways=["same_subject"],
        subject_token_types=[PERSONAL_ACCESS_TOKEN],
        issued_to=[],
        targets=[world.other_target],
        scopes=["read"],
    )
    personal = make(world, owner=support.carol, targets=[world.other_target], scopes=["read"]).value
    script = world.issued(personal, client=support.desk, subject_token_type=PERSONAL_ACCESS_TOKEN)
    login = world.login_token(support.carol, client=support.desk)
    form = {"subject_token_type": USER, "reason": "Case 7", "scope": "read"}
    world.refused(
        lambda: world.exchange("alice", client=support.desk, actor_token=login, **form),
        lambda: world.exchange("alice", client=support.desk, actor_token=script, **form),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


# What for


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_the_targets_of_a_personal_access_token(world, hops):
    """The targets of a personal access token limit all its descendants."""
    world.policy(
        ways=["same_subject"],
        subject_token_types=[PERSONAL_ACCESS_TOKEN, ACCESS_TOKEN],
        issued_to=[],
        targets=[world.target, world.other_target],
        scopes=["read"],
    )
    narrow, wide = (
        world.issued(
            make(world, name=name, targets=targets, scopes=["read"]).value,
            subject_token_type=PERSONAL_ACCESS_TOKEN,
            audience="invoices-api",
        )
        for name, targets in (("narrow", [world.other_target]), ("wide", [world.target, world.other_target]))
    )
    narrow, wide = (hopped(world, one, hops - 1, client=world.front, audience="invoices-api") for one in (narrow, wide))
    world.refused(
        lambda: world.exchange(wide, audience="back-api"),
        lambda: world.exchange(narrow, audience="back-api"),
        error="invalid_target",
        reason=NOT_PERMITTED,
    )


@pytest.mark.parametrize("hops", [1, 2])
def test_the_targets_of_a_ticket(world, support, onward, hops):
    """The targets of a ticket, and those of its permission, limit all its descendants."""
    support.permission.targets.add(world.other_target)
    wide = support.traded(support.ticket(targets=[world.target, world.other_target]), audience="back-api")
    narrow = support.traded(support.ticket(), audience="back-api")
    wide, narrow = (hopped(world, one, hops - 1, client=world.back, audience="back-api") for one in (wide, narrow))
    world.refused(
        lambda: world.exchange(wide, client=world.back, audience="invoices-api"),
        lambda: world.exchange(narrow, client=world.back, audience="invoices-api"),
        error="invalid_target",
        reason=NOT_PERMITTED,
    )
    support.permission.targets.remove(world.other_target)
    before = world.counts()
    answer = world.exchange(wide, client=world.back, audience="invoices-api")
    world.assert_refusal(answer, before, error="invalid_request", reason=NOT_PERMITTED)


@pytest.fixture
def parts(world):
    """Create a target with two resource URIs."""
    target = world.make_target(
        "parts-api", owner=world.back, resources=["https://parts.example/a", "https://parts.example/b"]
    )
    world.policy(targets=[target, world.other_target], scopes=["read"], max_chain_depth=4)
    return target


def aud(world, answer):
    assert answer.status_code == 200, answer.content
    return world.introspect(answer.json()["access_token"])["aud"]


@pytest.mark.parametrize("start", ["at the exchange", "at the login"])
def test_the_resource_that_a_token_was_narrowed_to(world, parts, start):
    """A descendant of a token for one resource gets that resource only; a request for another is refused."""
    first, second = parts.resources
    if start == "at the login":
        token = world.login_token(resource=first)
    else:
        token = world.issued(world.login_token(), resource=first)
    assert aud(world, world.exchange(token, audience="parts-api")) == ["parts-api", first]
    world.refused(
        lambda: world.exchange(token, resource=first),
        lambda: world.exchange(token, resource=second),
        error="invalid_target",
        reason=NOT_PERMITTED,
    )
    through_another = world.issued(token, audience="invoices-api")
    assert aud(world, world.exchange(through_another, audience="parts-api")) == ["parts-api", first]
    whole = world.issued(world.login_token(), audience="parts-api")
    assert aud(world, world.exchange(whole, audience="parts-api")) == ["parts-api", first, second]


# Under which permission


def test_a_permission_and_its_denials_are_asked_at_every_hop(world, support, onward):
    """A permission and the denials are asked at every further exchange, also about the next client."""
    token = support.traded(support.ticket())
    onto = world.issued(token, client=world.back, audience="back-api")
    denial = support.permit(name="never by back", effect="deny", methods=[], scopes=[], lists={"clients": [world.back]})
    before = world.counts()
    answer = world.exchange(token, client=world.back, audience="back-api")
    world.assert_refusal(answer, before, error="invalid_request", reason=NOT_PERMITTED)
    assert support.told(token)["active"]
    assert world.introspect(onto, client=world.back) == DEAD
    denial.delete()
    assert world.introspect(onto, client=world.back)["active"]
    support.permission.clients.clear()
    assert world.introspect(onto, client=world.back) == DEAD


def test_the_second_person(world, support):
    """A requirement of one permission cannot be avoided by an exchange under another."""
    vault = world.client("vault")
    world.policy(
        client=vault, subject_token_types=support.policy.subject_token_types, issued_to=[], ways=["by_permission"]
    )
    strict = support.permit(
        name="zz strict",
        approval_required=True,
        methods=["ticket"],
        lists={
            "actor_groups": [support.team],
            "subject_groups": [support.customers],
            "clients": [vault],
            "targets": [world.target],
        },
    )
    support.refused(lambda: support.trade(support.ticket(), client=vault), reason=NOT_PERMITTED)
    strict.approval_required = False
    strict.reference_required = True
    strict.save()
    support.refused(lambda: support.trade(support.ticket(), client=vault), reason=NOT_PERMITTED)
    assert support.trade(support.ticket(reference="7"), client=vault).status_code == 200


@pytest.mark.parametrize("lost", ["right", "account", "approval required since", "reason"])
def test_an_approval_lasts_as_long_as_its_approver_may_give_it(world, support, lost):
    """The right of the approver is checked again at the exchange and at every use."""
    support.permission.approval_required = True
    support.permission.methods = ["ticket"]
    support.permission.save()
    approved = []
    for _number in range(2):
        ticket = support.ask()
        assert ticket_approval.decide(ticket, support.dave, approves=True)
        approved.append(ticket)
    token, value = support.traded(support.collect(approved[0])), support.collect(approved[1])
    assert support.told(token)["active"]
    if lost == "right":
        support.dave.user_permissions.clear()
    elif lost == "account":
        support.dave.is_active = False
        support.dave.save()
    elif lost == "reason":
        type(approved[0]).objects.update(reason="")
    else:
        type(approved[0]).objects.update(approved=None, approver=None)
    assert support.told(token) == DEAD
    before = world.counts()
    world.assert_refusal(support.trade(value), before, error="invalid_request", reason=NOT_PERMITTED)


@pytest.mark.parametrize("hops", [0, 1])
def test_withdrawal_and_revocation_reach_all_descendants(world, support, onward, hops):
    """Withdrawing a ticket, or revoking a personal access token, revokes its descendants under every policy."""
    support.policy.revoked_with_parents = onward.revoked_with_parents = False
    support.policy.save()
    onward.save()
    scripts = world.policy(
        ways=["same_subject"], subject_token_types=[PERSONAL_ACCESS_TOKEN], scopes=["read"], revoked_with_parents=False
    )
    assert not scripts.revoked_with_parents
    ticket = support.ask()
    by_ticket = support.traded(support.collect(ticket))
    personal = make(world, scopes=["read"])
    by_script = world.issued(personal.value, subject_token_type=PERSONAL_ACCESS_TOKEN)
    tokens = [hopped(world, one, hops, client=world.back, audience="back-api") for one in (by_ticket, by_script)]

    def told():
        return [world.introspect(token, client=world.back)["active"] for token in tokens]

    assert told() == [True, True]
    tickets.withdraw(ticket)
    assert told() == [False, True]
    revocation.revoke(personal.row)
    assert told() == [False, False]


def test_the_end_of_a_permission_ends_its_tokens(world, support):
    """The end of a permission limits the lifetime of its tokens, and a later change ends them."""
    support.permission.ends = timezone.now() + timedelta(seconds=20)
    support.permission.save()
    answer = support.trade(support.ticket())
    assert answer.json()["expires_in"] <= 20
    token = answer.json()["access_token"]
    assert support.told(token)["active"]
    support.permission.ends = timezone.now()
    support.permission.save()
    assert support.told(token) == DEAD


# What is made again under its name


def test_a_target_or_client_created_again_activates_no_token(world, onward):
    """A target or client that was created again with the old name does not make old tokens active."""
    world.policy()
    token = world.issued(world.login_token())
    further = world.issued(token, client=world.back, audience="back-api")
    assert world.introspect(further, client=world.back)["active"]
    front = {"client_id": "front", "client_type": "confidential", "authorization_grant_type": "client-credentials"}
    type(world.front).objects.filter(pk=world.front.pk).delete()
    again = type(world.front).objects.create(name="front", client_secret="another", **front)
    assert again.pk != world.front.pk
    assert world.introspect(further, client=world.back) == DEAD


def test_a_target_made_again(world):
    policy = world.policy()
    token = world.issued(world.login_token())
    Target.objects.filter(pk=world.target.pk).delete()
    policy.targets.add(world.make_target("back-api", owner=world.back))
    assert world.introspect(token) == DEAD
    assert world.introspect(world.issued(world.login_token()))["active"]


# One use


def test_a_rule_that_changes_meanwhile_uses_up_no_ticket(world, support, monkeypatch):
    """If a rule changes during an exchange, it is decided again, and the ticket is not refused as used."""
    save, changed = issued_tokens.save, []

    def overtaken_once(*args, using, **kwargs):
        if not changed:
            changed.append(True)
            raise_version(using)
        return save(*args, using=using, **kwargs)

    monkeypatch.setattr(issued_tokens, "save", overtaken_once)
    answer = support.trade(support.ticket())
    assert answer.status_code == 200, answer.content
    assert changed
    assert not ExchangeRecord.objects.filter(outcome="refused").exists()


# By name


def test_a_reference_gives_the_reason_and_the_case_that_its_permission_demands(world, support, settings):
    settings.TOKEN_EXCHANGE = {"USER_REFERENCES": True}
    support.permission.reference_required = True
    support.permission.save()
    token = world.login_token(support.carol, client=support.desk)
    whole = {"subject_token_type": USER, "actor_token": token, "scope": "read", "reason": "Case 7", "reference": "7"}
    for missing in ("reason", "reference"):
        world.refused(
            lambda: world.exchange("alice", client=support.desk, **whole),
            lambda missing=missing: world.exchange("alice", client=support.desk, **{**whole, missing: " "}),
            error="invalid_request",
            reason=NOT_PERMITTED,
        )
    assert ExchangeRecord.objects.latest("pk").justification == {"reason": "Case 7", "reference": "7"}


@pytest.mark.parametrize("wrong", [{}, {"audience": "nope"}, {"scope": "write"}, {"requested_token_type": ID_TOKEN}])
def test_a_reference_tells_no_name(world, support, settings, wrong):
    """The answer is the same for an unknown, an unreachable and an inactive user."""
    settings.TOKEN_EXCHANGE = {"USER_REFERENCES": True}
    world.user("erin", is_active=False)
    world.user("root", is_superuser=True)
    token = world.login_token(support.carol, client=support.desk)
    form = {"subject_token_type": USER, "actor_token": token, "scope": "read", "reason": "Case 7", **wrong}
    answers = {
        world.exchange(name, client=support.desk, **form).content
        for name in ("nobody", "bob", "erin", "root", "Alice", "dave")
    }
    assert len(answers) == 1, answers


# Whose account it was


@pytest.mark.parametrize("how", ["deleted", "given to somebody else", "under another subject"])
def test_an_account_that_is_unlinked(world, how):
    """Deleting a linked account ends the tokens that the subject obtained as the user."""
    issuer = PastedIssuer(world)
    issuer.policy()
    token = world.issued(issuer.token(sub="alice"), subject_token_type=JWT)
    assert world.introspect(token)["active"]
    account = issuer.row.accounts.get()
    if how == "deleted":
        account.delete()
    elif how == "given to somebody else":
        account.user = world.bob
        account.save()
    else:
        account.subject = "alice-2"
        account.save()
    assert world.introspect(token) == DEAD


def test_a_denial_of_one_client_does_not_refuse_a_request_for_a_ticket(world, support):
    """A denial of one client refuses the exchange of a ticket, not its request, when the client is unknown."""
    denial = support.permit(
        name="never by desk", effect="deny", methods=[], scopes=[], lists={"clients": [world.agent]}
    )
    value = support.ticket()
    assert support.trade(value).status_code == 200
    denial.clients.set([support.desk])
    before = world.counts()
    world.assert_refusal(support.trade(support.ticket()), before, error="invalid_request", reason=NOT_PERMITTED)


@pytest.fixture
def delegated(world):
    """Return Alice's login, Bob's token as her actor, and the token that `desk` obtained by both, with two scopes.

    Bob's token was issued by an exchange, and the policy of that exchange is `actor_policy` of the world.
    """
    desk = world.client("desk", grant="authorization-code")
    fields = {"client": desk, "scopes": ["read", "write"]}
    world.actor_policy = world.policy(ways=["same_subject"], targets=[world.other_target], **fields)
    world.actor_policy.targets.add(world.target)
    world.delegation = world.policy(ways=["delegation"], lists={"actor_users": [world.bob]}, **fields)
    bobs = world.login_token(world.bob, client=desk, scope="read write")
    actor_token = world.issued(bobs, client=desk, audience="back-api")
    login = world.login_token(scope="read write")
    return desk, world.issued(login, client=desk, actor_token=actor_token, audience="back-api")


def scopes_of(world, token, client):
    """Return the scopes that introspection shows of an active token."""
    return set(world.introspect(token, client=client)["scope"].split())


@pytest.mark.parametrize("limited", [True, False], ids=["limited", "not limited"])
def test_scopes_that_the_actor_token_lost(world, delegated, limited):
    """Where the policy limits the token to the scopes of the actor token, it loses those that the actor token loses."""
    desk, issued = delegated
    assert scopes_of(world, issued, desk) == {"read", "write"}
    world.delegation.limited_to_actor_scopes = limited
    world.delegation.save()
    world.actor_policy.scopes = ["read"]
    world.actor_policy.save()
    assert scopes_of(world, issued, desk) == ({"read"} if limited else {"read", "write"})


def test_a_policy_that_comes_to_limit_to_the_actor_token(world):
    """A token loses scopes that its actor token never had, once the policy limits it to those of the actor token."""
    policy = world.policy(
        ways=["delegation"],
        lists={"actor_clients": [world.front]},
        scopes=["read", "write"],
        limited_to_actor_scopes=False,
    )
    issued = world.issued(world.login_token(scope="read write"), actor_token=world.client_token(scope="read"))
    assert scopes_of(world, issued, world.front) == {"read", "write"}
    policy.limited_to_actor_scopes = True
    policy.save()
    assert scopes_of(world, issued, world.front) == {"read"}
