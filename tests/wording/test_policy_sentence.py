"""A policy reads as one sentence."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from tests.admin.conftest import queries_of
from token_exchange.models import ExchangePolicy, TrustedIssuer
from token_exchange.wording.policy_sentence import sentence, sentence_html, with_named_rows


def test_a_permit_says_who_what_for_whom_how_where_and_how_long(world):
    """A permit policy is written as one sentence."""
    policy = world.policy(issued_to=[])
    assert sentence(policy) == (
        "Client front may exchange an access token of any user, with itself as actor, "
        "for target back-api with scopes read and orders:read, for at most 300 seconds."
    )


def test_every_part_that_is_set_is_said(world):
    """The sentence contains other clients' tokens, listed subjects, administrators, actors and several targets."""
    support = Group.objects.create(name="support")
    policy = world.policy(
        issued_to=[world.spa, world.front],
        subject_kind="listed_users",
        privileged_subjects=True,
        ways=["delegation"],
        targets=[world.target, world.other_target],
        scopes=[],
        max_lifetime=1,
        lists={
            "subject_users": [world.alice],
            "subject_groups": [support],
            "actor_users": [world.bob],
            "actor_clients": [world.agent],
        },
    )
    assert sentence(policy) == (
        "Client front may exchange an access token of alice or members of support, including staff and superusers "
        "(issued to itself or to spa), with bob or client agent as actor (by actor token), "
        "for targets back-api and invoices-api with no scope, for at most 1 second."
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"subject_kind": "anyone"}, "No client at all may exchange a token of anyone, for target back-api."),
        ({"report_only": True}, "Report only: all clients would be forbidden to exchange a token of any user"),
        (
            {"scopes": ["write"]},
            "No client at all may exchange a token of any user, for target back-api, with scope write",
        ),
    ],
)
def test_a_deny_reads_as_what_it_forbids(world, fields, expected):
    """A deny policy is written as a prohibition, a report-only one as a report."""
    policy = world.policy(**{"effect": "deny", "scopes": [], "ways": [], **fields}, targets=[world.target])
    policy.targets.set([world.target])
    assert sentence(policy).startswith(expected)


def test_a_deny_for_one_client_names_it(world):
    """A deny policy that names a client says so."""
    policy = world.policy(effect="deny", client=world.agent, scopes=[], lists={"actor_clients": [world.front]})
    assert sentence(policy) == "Client agent must not exchange a token of any user, with client front as actor."


def test_report_only_permits_do_not_read_like_permits(world):
    """A report-only permit does not say “may”."""
    assert sentence(world.policy(report_only=True)).startswith("Report only: client front would be allowed to exchange")


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        (["same_subject"], "without an actor for its own tokens"),
        (
            ["without_actor", "same_subject"],
            "without an actor for tokens of other clients or without an actor for its own tokens",
        ),
        ([], "with no way of acting"),
    ],
)
def test_each_way_has_its_own_words(world, ways, expected):
    """Each way of acting has words of its own; a token without an actor is called that."""
    assert f", {expected}, for" in sentence(world.policy(ways=ways, issued_to=[]))


@pytest.mark.parametrize(
    ("local", "clients", "expected"),
    [
        (True, ["spa"], "(issued to itself, to spa or by the login server), with itself"),
        (True, [], "(issued to itself or by the login server), with itself"),
        (False, ["spa"], "(issued by the login server), with itself"),
    ],
)
def test_external_tokens_are_said_to_be_external(world, local, clients, expected):
    """A policy that accepts tokens of a trusted issuer names it, and omits the clients that do not count then."""
    policy = world.policy(accepts_local_tokens=local, issued_to=[world.spa] if clients else [])
    policy.trusted_issuers.add(TrustedIssuer.objects.create(name="the login server", issuer="https://login.example"))
    assert f"of any user {expected} as actor" in sentence(policy)


def test_a_policy_without_any_origin_accepts_no_tokens(world):
    """A policy that accepts neither local nor external tokens says so."""
    assert "(from no accepted source)" in sentence(world.policy(accepts_local_tokens=False))


def test_long_lists_are_counted(world):
    """The first entries of a long list are named and the rest is counted."""
    scopes = [f"scope{number}" for number in range(9)]
    assert "scopes scope0, scope1, scope2, scope3, scope4 and 4 more," in sentence(world.policy(scopes=scopes))


def test_names_are_set_apart_and_escaped(world):
    """In HTML every stored name is escaped and in bold."""
    world.front.name = "<script>alert(1)</script>"
    world.front.save()
    html = sentence_html(ExchangePolicy.objects.get(pk=world.policy().pk))
    assert "<script>" not in html
    assert "Client <b>&lt;script&gt;alert(1)&lt;/script&gt;</b> may exchange" in html


def test_queries_do_not_grow_with_the_policies(world):
    """The sentences of three policies take as many queries as that of one."""
    for _number in range(3):
        world.policy()
    assert queries_of(lambda: list(map(sentence, with_named_rows(ExchangePolicy.objects.all())))) == 9
