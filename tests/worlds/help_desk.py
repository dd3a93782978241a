"""Provide a help desk: Bob, logged in at `desk`, acts for Alice with her token, which was issued to `spa`.

And a second hop: `back`, whose target the first token is meant for, trades that token for `invoices-api`.
"""

from __future__ import annotations

from token_exchange.sts.delegation import MAX_CHAIN_DEPTH


class HelpDesk:
    """Hold the client and its policy, and send its requests."""

    def __init__(self, world, **policy):
        self.world = world
        self.client = world.client("desk", grant="authorization-code")
        lists = {"actor_users": [world.bob], **policy.pop("lists", {})}
        self.policy = world.policy(client=self.client, ways=["delegation"], lists=lists, **policy)

    def subject_token(self, user=None, **fields):
        """Return a token of Alice that was issued to `spa`."""
        return self.world.login_token(user or self.world.alice, **fields)

    def actor_token(self, user=None, **fields):
        """Return a token of Bob that was issued to `desk`."""
        return self.world.login_token(user or self.world.bob, client=self.client, **fields)

    def exchange(self, subject_token=None, actor_token=None, **parameters):
        """Exchange the subject token with Bob as actor."""
        return self.world.exchange(
            subject_token or self.subject_token(),
            client=self.client,
            actor_token=actor_token or self.actor_token(),
            **parameters,
        )

    def token(self, subject_token=None, actor_token=None, **parameters):
        """Return the token of a successful exchange."""
        return value_of(self.exchange(subject_token, actor_token, **parameters))

    def onward_policy(self, **fields):
        """Let `back` exchange its tokens for `invoices-api` and become their actor."""
        world = self.world
        fields = {"client": world.back, "targets": [world.other_target], "issued_to": [], **fields}
        return world.policy(**{"max_chain_depth": MAX_CHAIN_DEPTH, "scopes": ["read"], **fields})

    def onward(self, token, **parameters):
        """Exchange a token for `back` once more."""
        return self.world.exchange(token, client=self.world.back, **parameters)


def value_of(answer):
    """Return the token in a successful answer."""
    assert answer.status_code == 200, answer.content
    return answer.json()["access_token"]
