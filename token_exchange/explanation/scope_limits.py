"""Which of the inputs lacks a scope that was asked for: the trace tells only what all of them have in common."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from token_exchange.sts.exchange import Exchange
from token_exchange.sts.policy import Policy
from token_exchange.sts.proposal import propose


def limits(exchange: Exchange, policy: Policy) -> Iterator[str]:
    """Yield a sentence for each scope asked for that the policy cannot grant in this exchange."""
    inputs = dict(_inputs(exchange, policy))
    for scope in sorted(exchange.requested_scopes or ()):
        lacking = [name for name, scopes in inputs.items() if scope not in scopes]
        if lacking:
            names = {"scope": scope, "inputs": ", ".join(lacking)}
            yield gettext("The scope %(scope)s is missing in: %(inputs)s.") % names


def _inputs(exchange: Exchange, policy: Policy) -> Iterator[tuple[str, frozenset[str]]]:
    yield gettext("the subject token"), exchange.subject_token.scopes
    if exchange.actor_token is not None and policy.limited_to_actor_scopes:
        yield gettext("the actor token"), exchange.actor_token.scopes
    yield gettext("what the site offers the calling client"), exchange.client_scopes
    yield gettext("the policy"), policy.scopes
    for requested in propose(exchange, policy).targets:
        yield gettext("the target %(name)s") % {"name": requested.target.name}, requested.target.scopes
