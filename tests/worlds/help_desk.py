"""A help desk within the small site: Bob, logged in at `desk`, acts for Alice with the token that `spa` was issued.

And a second hop: `back`, whose target the first token is meant for, trades that token for `invoices-api`.
"""

from __future__ import annotations

from token_exchange.sts.delegation import MAX_CHAIN_DEPTH


class HelpDesk:
    """The client, its policy, and the requests that it sends."""

    def __init__(self, world, **policy):
        self.world = world
        self.client = world.client("desk", grant="authorization-code")
        lists = {"actor_users": [world.bob], **policy.pop("lists", {})}
        self.policy = world.policy(client=self.client, ways=["delegation"], lists=lists, **policy)

    def subject_token(self, user=None, **fields):
        """Alice's, issued to `spa`."""
        return self.world.login_token(user or self.world.alice, **fields)

    def actor_token(self, user=None, **fields):
        """Bob's, issued to `desk` itself."""
        return self.world.login_token(user or self.world.bob, client=self.client, **fields)

    def exchange(self, subject_token=None, actor_token=None, **parameters):
        """Trade the subject token, Bob acting."""
        return self.world.exchange(
            subject_token or self.subject_token(),
            client=self.client,
            actor_token=actor_token or self.actor_token(),
            **parameters,
        )

    def token(self, subject_token=None, actor_token=None, **parameters):
        """The token that the exchange yields."""
        return value_of(self.exchange(subject_token, actor_token, **parameters))

    def onward_policy(self, **fields):
        """Let `back` trade what it receives for `invoices-api`, itself acting."""
        world = self.world
        fields = {"client": world.back, "targets": [world.other_target], "issued_to": [], **fields}
        return world.policy(**{"max_chain_depth": MAX_CHAIN_DEPTH, "scopes": ["read"], **fields})

    def onward(self, token, **parameters):
        """Trade a token that was meant for `back` once more."""
        return self.world.exchange(token, client=self.world.back, **parameters)


def value_of(answer):
    """The token in a successful answer."""
    assert answer.status_code == 200, answer.content
    return answer.json()["access_token"]
