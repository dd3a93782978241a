"""Clients in a row, each of which trades what the ones before it received, itself acting."""

from __future__ import annotations

from token_exchange.sts.delegation import MAX_CHAIN_DEPTH


class ClientChain:
    """`hop-0` trades tokens that `spa` was issued, `hop-1` those of `hop-0`, and so on."""

    def __init__(self, world, length=MAX_CHAIN_DEPTH + 1):
        self.world = world
        self.clients = [world.client(f"hop-{number}") for number in range(length)]
        self.policies = [
            world.policy(client=client, issued_to=[world.spa, *self.clients[:number]], max_chain_depth=MAX_CHAIN_DEPTH)
            for number, client in enumerate(self.clients)
        ]

    def token(self, hops, subject_token=None):
        """The token after so many hops."""
        return self.tokens(hops, subject_token)[-1]

    def tokens(self, hops, subject_token=None):
        """The token after every hop, the first one in front."""
        tokens = [subject_token or self.world.login_token()]
        for number in range(hops):
            answer = self.hop(number, tokens[-1])
            assert answer.status_code == 200, answer.content
            tokens.append(answer.json()["access_token"])
        return tokens

    def hop(self, number, token):
        """The answer to one client trading a token."""
        return self.world.exchange(token, client=self.clients[number])

    def told(self, number, token):
        """What introspection tells the client that obtained the token."""
        return self.world.introspect(token, client=self.clients[number])

    def alive(self, tokens):
        """For each of the tokens, as `tokens` returns them, whether it is alive: a string of + and -."""
        clients = [self.world.spa, *self.clients]
        told = [self.world.introspect(token, client=client) for token, client in zip(tokens, clients, strict=False)]
        return "".join("+" if answer["active"] else "-" for answer in told)
