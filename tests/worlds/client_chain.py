"""Provide clients in a row, each of which exchanges the token of the one before and becomes its actor."""

from __future__ import annotations

from token_exchange.sts.delegation import MAX_CHAIN_DEPTH


class ClientChain:
    """`hop-0` exchanges tokens that were issued to `spa`, `hop-1` those of `hop-0`, and so on."""

    def __init__(self, world, length=MAX_CHAIN_DEPTH + 1):
        self.world = world
        self.clients = [world.client(f"hop-{number}") for number in range(length)]
        self.policies = [
            world.policy(client=client, issued_to=[world.spa, *self.clients[:number]], max_chain_depth=MAX_CHAIN_DEPTH)
            for number, client in enumerate(self.clients)
        ]

    def token(self, hops, subject_token=None):
        """Return the token after this many exchanges."""
        return self.tokens(hops, subject_token)[-1]

    def tokens(self, hops, subject_token=None):
        """Return the token after every exchange, the first in front."""
        tokens = [subject_token or self.world.login_token()]
        for number in range(hops):
            answer = self.hop(number, tokens[-1])
            assert answer.status_code == 200, answer.content
            tokens.append(answer.json()["access_token"])
        return tokens

    def hop(self, number, token):
        """Return the answer to an exchange by one client."""
        return self.world.exchange(token, client=self.clients[number])

    def told(self, number, token):
        """Return the introspection for the client that obtained the token."""
        return self.world.introspect(token, client=self.clients[number])

    def alive(self, tokens):
        """Return a string of + and -: if each of the tokens, in the order of `tokens`, is active."""
        clients = [self.world.spa, *self.clients]
        told = [self.world.introspect(token, client=client) for token, client in zip(tokens, clients, strict=False)]
        return "".join("+" if answer["active"] else "-" for answer in told)
