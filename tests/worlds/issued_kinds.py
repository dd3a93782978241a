"""Issue one token in each way in which an exchange can, and issue the same again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.worlds.pasted_issuer import PastedIssuer
from tests.worlds.personal_access_tokens import make
from tests.worlds.support_team import SupportTeam
from tests.worlds.world import exchange_form
from token_exchange.impersonation.ticket_request import NotPermitted
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT, PERSONAL_ACCESS_TOKEN, USER


@dataclass
class Kind:
    """Hold a token, its client, and a function that issues it again from its parents."""

    value: str
    client: object
    again: Callable[[], object]


class IssuedKinds:
    """A world with a policy for every way; `kinds` holds one token for each, by name."""

    def __init__(self, world):
        self.world = world
        self.support = SupportTeam(world)
        self.support.permission.targets.add(world.other_target)
        self.issuer = PastedIssuer(world, privileged_subjects=True)
        self.policies = self._policies()
        self.login = world.login_token(scope="read write")
        self.carols = world.login_token(self.support.carol, client=self.support.desk, scope="read write")
        self.personal = make(world, scopes=["read"], targets=[world.target, world.other_target]).value
        self.external = self.issuer.token(sub="alice")
        self.kinds: dict[str, Kind] = {}
        for name, again, client in self._ways():
            answer = again()
            assert answer.status_code == 200, (name, answer.content)
            self.kinds[name] = Kind(answer.json()["access_token"], client, again)

    @property
    def front(self):
        return self.world.front

    def _policies(self):
        world, given = self.world, {"subject_token_types": [PERSONAL_ACCESS_TOKEN, JWT, ACCESS_TOKEN]}
        return {
            "acts": world.policy(targets=[world.target], privileged_subjects=False),
            "delegates": world.policy(client=self._client("desk-2"), ways=["delegation"], lists=self._bob()),
            "leaves no trace": world.policy(client=world.agent, ways=["without_actor"]),
            "given": world.policy(
                client=self._client("scripts"),
                ways=["same_subject"],
                lists={"trusted_issuers": [self.issuer.row]},
                **given,
            ),
            "onward": world.policy(
                client=world.back, targets=[world.other_target], issued_to=[], scopes=["read"], max_chain_depth=4
            ),
        }

    def _client(self, name):
        client = self.world.client(name, grant="authorization-code")
        setattr(self, name.replace("-", "_"), client)
        return client

    def _bob(self):
        return {"actor_users": [self.world.bob]}

    def _ways(self):
        world, desk = self.world, self.support.desk
        bobs_at_desk = world.login_token(world.bob, client=self.desk_2, scope="read write")
        yield "client acts", lambda: self._trade(self.login, world.front), world.front
        yield "delegated", lambda: self._trade(self.login, self.desk_2, actor_token=bobs_at_desk), self.desk_2
        yield "impersonated", lambda: self._trade(self.login, world.agent), world.agent
        yield "of a ticket", self._ticket, desk
        yield "of a reference", self._reference, desk
        yield "personal", lambda: self._given(self.personal, PERSONAL_ACCESS_TOKEN), self.scripts
        yield "external", lambda: self._given(self.external, JWT), self.scripts
        yield "onward", lambda: self._onward("client acts"), world.back
        yield "onward of a ticket", lambda: self._onward("of a ticket"), world.back

    def _trade(self, token, client, **parameters):
        return self.world.exchange(token, client=client, **{"audience": "back-api", "scope": "read", **parameters})

    def _ticket(self):
        try:
            value = self.support.ticket(targets=[self.world.target, self.world.other_target])
        except NotPermitted:
            return None
        return self.support.trade(value, audience="back-api", scope="read")

    def _reference(self):
        form = {"actor_token": self.carols, "subject_token_type": USER, "reason": "Case 7"}
        return self._trade("alice", self.support.desk, **form)

    def _given(self, value, token_type):
        form = exchange_form(value, subject_token_type=token_type, audience="back-api", scope="read")
        return self.world.post(form, client=self.scripts)

    def _onward(self, name):
        """Exchange the first token once more, by `back` for the invoices API."""
        return self._trade(self.kinds[name].value, self.world.back, audience="invoices-api")
