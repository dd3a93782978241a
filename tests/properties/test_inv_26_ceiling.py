"""INV-26: no permission lets a user reach rights that the user lacks, for all users, groups and permissions."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.properties import strategies
from tests.sts.samples import NOW, denial
from token_exchange.sts.decision import Permit, decide
from token_exchange.sts.parties import Actor, Subject, user_party
from token_exchange.sts.permission import ActAsMethod, ActAsRequest, Permission
from token_exchange.sts.permission_verdict import examine
from token_exchange.sts.policy import Effect, People, Way

EMPTY = Permission(key=1, name="empty", actors=People(), subjects=People())
rows = st.lists(strategies.permissions, max_size=4).map(tuple)
undertakings = st.builds(
    lambda actor, subject, method, targets, scopes: ActAsRequest(
        now=NOW,
        method=method,
        actor=Actor(party=user_party(actor.key), account=actor),
        subject=Subject(party=user_party(subject.key), account=subject),
        client_id="front",
        targets=targets,
        scopes=scopes,
    ),
    strategies.people_with_rights,
    strategies.people_with_rights,
    st.sampled_from(ActAsMethod),
    st.just(frozenset({"back-api"})),
    strategies.some(strategies.SCOPES),
)


def powers_of(account):
    """Return the rights as a set of words, None if they are not known."""
    held = account.rights
    if held.is_superuser:
        return None
    words = {f"may {name}" for name in held.permissions} | {f"in {number}" for number in held.groups}
    return words | ({"staff"} if held.is_staff else set())


@given(undertakings, rows)
def test_no_actor_reaches_more_rights(act_as_request, permissions):
    """No permission lets an actor act as a user with more rights, as themselves, or as an inactive user."""
    allowing = examine(act_as_request, permissions).permission
    if allowing is None:
        return
    actor, subject = act_as_request.actor.account, act_as_request.subject.account
    assert actor.key != subject.key
    assert actor.is_active
    assert subject.is_active
    own, theirs = powers_of(actor), powers_of(subject)
    accepted = {f"in {number}" for number in allowing.subjects.groups}
    assert own is None or (theirs is not None and theirs <= own | accepted)
    assert allowing.privileged_subjects or not subject.is_privileged


@given(undertakings, rows, strategies.permissions)
def test_a_denial_only_takes_away(act_as_request, permissions, row):
    """Adding a deny permission never allows a request that was refused before."""
    before = examine(act_as_request, permissions).permission
    after = examine(act_as_request, (*permissions, replace(row, effect=Effect.DENY))).permission
    assert after in (None, before)


@given(undertakings, rows)
def test_a_denial_of_everything_denies_everything(act_as_request, permissions):
    """A field that a deny permission leaves empty does not narrow it."""
    nothing = replace(EMPTY, effect=Effect.DENY)
    assert examine(act_as_request, (*permissions, nothing)).permission is None


@given(undertakings)
def test_no_row_no_permission(act_as_request):
    """Without a permission, or with an empty one, every request is refused (INV-14)."""
    assert examine(act_as_request, ()).permission is None
    assert examine(act_as_request, (EMPTY,)).permission is None


@given(strategies.exchanges_by_permission, strategies.rule_books)
def test_an_actor_by_permission_is_named_in_the_token(exchange, policies):
    """An actor by permission is the current actor of every issued token."""
    decision = decide(exchange, policies)
    if not isinstance(decision, Permit):
        return
    assert decision.proposal.way is Way.BY_PERMISSION
    assert decision.proposal.chain[0] == user_party(exchange.subject_token.holder.key)
    assert decision.scopes <= decision.proposal.verdict.permission.scopes


@given(strategies.exchanges_by_permission, strategies.permits)
def test_no_policy_does_without_a_permission(exchange, policy):
    """No policy replaces a missing permission."""
    assert not isinstance(decide(replace(exchange, permissions=()), [policy]), Permit)
    assert not isinstance(decide(exchange, [policy, denial()]), Permit)
