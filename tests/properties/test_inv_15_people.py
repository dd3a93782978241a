"""INV-15: descendants end with their ancestors, for all kinds of tokens and any order of events.

A reference model remembers who was made from what. At every step exactly the tokens that should live do.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connections, transaction
from django.test.utils import override_settings
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.worlds.support_team import SupportTeam
from tests.worlds.world import World
from token_exchange.configuration import snapshot
from token_exchange.impersonation import tickets
from token_exchange.impersonation.ticket_request import NotPermitted
from token_exchange.models import ImpersonationPermission
from token_exchange.personal_access_tokens import making, revocation
from token_exchange.sts.vocabulary import ACCESS_TOKEN, IMPERSONATION_TICKET, PERSONAL_ACCESS_TOKEN
from token_exchange.tokens import lineage
from token_exchange.toolkit.compat import fingerprint_of, token_database

CUSTOMERS = ("alice", "erin")
TEAM = ("carol", "dave")
UNLIMITED = {"BAD_SECRETS_PER_MINUTE": 0, "BAD_TOKENS_PER_MINUTE": 0}


@dataclass(eq=False)
class NewToken:
    """Hold a token: its kind, its subject, its actor and its parents."""

    kind: str
    value: str = field(repr=False)
    subject: str
    actors: tuple[str, ...] = ()
    parent: NewToken | None = None
    row: object = field(default=None, repr=False)
    gone: bool = False
    """Revoked, withdrawn, renewed or used up: for good."""

    def line(self):
        """Return the token and all its ancestors."""
        made = self
        while made is not None:
            yield made
            made = made.parent


class People(RuleBasedStateMachine):
    """Two customers, two support users, and clients that exchange for them."""

    made = Bundle("made")

    def __init__(self):
        super().__init__()
        self._undoing = ExitStack()
        for alias in connections:
            self._undoing.enter_context(transaction.atomic(using=alias))
        self._undoing.enter_context(override_settings(TOKEN_EXCHANGE=UNLIMITED))
        snapshot.forget()  # the versions begin anew with every example
        self.world = World()
        self.support = SupportTeam(self.world)
        self.world.user("erin").groups.add(self.support.customers)
        self.world.policy(
            subject_token_types=[PERSONAL_ACCESS_TOKEN], ways=["same_subject"], issued_to=[], scopes=["read"]
        )
        self.world.policy(issued_to=[self.world.spa], max_chain_depth=4)
        self.world.policy(client=self.world.agent, issued_to=[self.world.front, self.support.desk], max_chain_depth=4)
        self.tokens, self.inactive, self.outside_the_team = [], set(), set()
        self.is_permitted = True

    def teardown(self):
        """Roll the whole example back."""
        for alias in connections:
            transaction.set_rollback(True, using=alias)
        self._undoing.close()
        snapshot.forget()

    # What people make

    @rule(target=made, name=st.sampled_from(CUSTOMERS))
    def log_in(self, name):
        return self.log_in_as(name)

    def log_in_as(self, name):
        """Log in as a user, who is activated first if necessary."""
        self._set(name, is_active=True)
        self.inactive.discard(name)
        return NewToken("login", self.world.login_token(self._user(name)), name)

    @rule(target=made, name=st.sampled_from(CUSTOMERS))
    def make_personal_access_token(self, name):
        return self.personal_token_of(name)

    def personal_token_of(self, name):
        row = making.create(
            self._user(name),
            name="script",
            scopes=["read"],
            targets=[self.world.target],
            expires=timezone.now() + timedelta(days=1),
        )
        return NewToken("personal", row.value, name, row=row.row)

    @rule(target=made, actor=st.sampled_from(TEAM), subject=st.sampled_from(CUSTOMERS))
    def ask_for_a_ticket(self, actor, subject):
        return self.ticket_of(actor, subject)

    def ticket_of(self, actor, subject):
        """Return a ticket, or a made-up value if no permission allows one."""
        try:
            asked = self.support.ask(self._user(actor), self._user(subject))
        except NotPermitted:
            assert not self._may_act(actor, subject)
            return NewToken("ticket", "tximp_", subject, (actor,), gone=True)
        assert self._may_act(actor, subject)
        return NewToken("ticket", self.support.collect(asked), subject, (actor,), row=asked)

    @initialize(target=made)
    def begin(self):
        """Create a login, a personal access token and two tickets, each exchanged."""
        roots = [
            self.log_in_as("alice"),
            self.personal_token_of("erin"),
            self.ticket_of("carol", "alice"),
            self.ticket_of("dave", "erin"),
        ]
        return multiple(*roots, *[self.exchanged(root) for root in roots])

    @rule(target=made, subject=made)
    def exchange(self, subject):
        return self.exchanged(subject)

    @rule(target=made, subject=made)
    def exchange_twice(self, subject):
        """Exchange a token, and the new token once more."""
        return self.exchanged(self.exchanged(subject))

    def exchanged(self, subject):
        """Exchange a token: an active one succeeds, an inactive one is refused."""
        client, declared = {
            "login": (self.world.front, ACCESS_TOKEN),
            "personal": (self.world.front, PERSONAL_ACCESS_TOKEN),
            "ticket": (self.support.desk, IMPERSONATION_TICKET),
            "token": (self.world.agent, ACCESS_TOKEN),
            "last": (self.world.agent, ACCESS_TOKEN),
        }[subject.kind]
        if subject.kind == "last":  # what `agent` holds is its own: traded again it stays what it is
            return subject
        answer = self.world.exchange(subject.value, client=client, subject_token_type=declared, scope="read")
        assert answer.status_code == (200 if self._is_usable(subject) else 400), answer.content
        if answer.status_code != 200:
            return subject
        if subject.kind == "ticket":
            subject.gone = True
        kind = "last" if subject.kind == "token" else "token"
        token = NewToken(kind, answer.json()["access_token"], subject.subject, subject.actors, parent=subject)
        self.tokens.append(token)
        return token

    # What ends it

    @rule(made=made)
    def revoke(self, made):
        """Revoke a token by its owner, its client or its subject."""
        match made.kind:
            case "login":
                self.world.revoke(made.value, client=self.world.spa)
            case "personal":
                revocation.revoke(made.row)
            case "ticket":
                if made.row is not None:
                    tickets.withdraw(made.row)
                    self._end(made)
            case _:
                lineage.revoke(fingerprint_of(made.value), token_database(), because="revoked_in_admin")
        if made.kind != "ticket":
            made.gone = True

    def _end(self, ticket):
        """Note the end of a token and, unless a ticket was merely used, of its descendants."""
        ticket.gone = True
        for token in self.tokens:
            if ticket in token.line() and token.kind != "ticket":
                token.gone = True

    @rule(made=made)
    def renew(self, made):
        """Renew a personal access token, which ends the old value and its descendants."""
        if made.kind == "personal" and not made.gone:
            made.gone = True
            making.rotate(made.row, expires=timezone.now() + timedelta(days=1))

    @rule(name=st.sampled_from(CUSTOMERS + TEAM), on=st.booleans())
    def change_activity(self, name, on):
        self._set(name, is_active=on)
        (self.inactive.discard if on else self.inactive.add)(name)

    @rule(name=st.sampled_from(TEAM), on=st.booleans())
    def change_the_team(self, name, on):
        """Change who is in the support team: a former member cannot exchange a ticket."""
        groups = self._user(name).groups
        (groups.add if on else groups.remove)(self.support.team)
        (self.outside_the_team.discard if on else self.outside_the_team.add)(name)

    @rule(on=st.booleans())
    def switch_the_permission(self, on):
        ImpersonationPermission.objects.update(enabled=on)
        self.is_permitted = on

    # What has to hold

    @invariant()
    def exactly_those_live_that_should(self):
        for token in self.tokens:
            told = self.world.introspect(token.value, client=self._client_of(token))
            assert told["active"] == self._is_active(token), token

    def _client_of(self, token):
        if token.kind == "last":
            return self.world.agent
        return self.support.desk if token.parent.kind == "ticket" else self.world.front

    def _is_active(self, token):
        """Return if no ancestor has ended, all users are active, and the permission is enabled."""
        line = list(token.line())
        ended = any(made.gone for made in line if made.kind != "ticket")
        by_permission = any(made.kind == "ticket" for made in line)
        people = {token.subject, *token.actors}
        # A permission is asked again at every use: it no longer names who has left the team.
        permitted = self.is_permitted and self.outside_the_team.isdisjoint(token.actors)
        return not ended and people.isdisjoint(self.inactive) and (permitted or not by_permission)

    def _is_usable(self, made):
        if made.kind == "ticket":
            return not made.gone and self._may_act(made.actors[0], made.subject)
        if made.kind == "token":
            return self._is_active(made)
        return not made.gone and made.subject not in self.inactive

    def _may_act(self, actor, subject):
        return self.is_permitted and actor not in self.outside_the_team and {actor, subject}.isdisjoint(self.inactive)

    def _set(self, name, **fields):
        get_user_model().objects.filter(username=name).update(**fields)

    def _user(self, name):
        return get_user_model().objects.get(username=name)


# Fewer than elsewhere: every step sends requests, and looks at every token there is.
FEW = settings(max_examples=settings.default.max_examples * 4 // 5, stateful_step_count=20)


@pytest.mark.django_db
@pytest.mark.scenario("INV-15")
def test_inv_15_people_in_any_order():
    """The state machine above finds no order that breaks the invariant."""
    run_state_machine_as_test(People, settings=FEW)
