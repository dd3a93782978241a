"""List the rules that a permit policy has to pass, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from token_exchange.sts import actor_rules, result_rules, subject_rules
from token_exchange.sts.errors import InvalidRequest, InvalidScope, InvalidTarget, TokenExchangeError
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.policy import Policy
from token_exchange.sts.proposal import Proposal
from token_exchange.sts.trace import Answer, RuleName


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold a rule, and the error for the client if the closest policy stops at it."""

    name: RuleName
    check: Callable[[Exchange, Policy, Proposal], Answer]
    error: type[TokenExchangeError]
    parameter: str


RULES: Final = (
    Rule(RuleName.CLIENT, subject_rules.client, InvalidRequest, "subject_token"),
    Rule(RuleName.PERIOD, subject_rules.period, InvalidRequest, "subject_token"),
    Rule(RuleName.SUBJECT_TOKEN_TYPE, subject_rules.subject_token_type, InvalidRequest, "subject_token"),
    Rule(RuleName.ISSUER, subject_rules.issuer, InvalidRequest, "subject_token"),
    Rule(RuleName.CLAIMS, subject_rules.claims, InvalidRequest, "subject_token"),
    Rule(RuleName.CALLER_BINDING, subject_rules.caller_binding, InvalidRequest, "subject_token"),
    Rule(RuleName.SUBJECT, subject_rules.subject, InvalidRequest, "subject_token"),
    Rule(RuleName.WAY, actor_rules.way, InvalidRequest, "actor_token"),
    Rule(RuleName.ACTOR_BINDING, actor_rules.actor_binding, InvalidRequest, "actor_token"),
    Rule(RuleName.ACTOR, actor_rules.actor, InvalidRequest, "actor_token"),
    Rule(RuleName.PERMISSION, actor_rules.permission, InvalidRequest, "subject_token"),
    Rule(RuleName.MAY_ACT, actor_rules.may_act, InvalidRequest, "actor_token"),
    Rule(RuleName.CHAIN, actor_rules.chain, InvalidRequest, "actor_token"),
    Rule(RuleName.LINEAGE, result_rules.lineage, InvalidRequest, "subject_token"),
    Rule(RuleName.ISSUED_TOKEN_TYPE, result_rules.issued_token_type, InvalidRequest, "requested_token_type"),
    Rule(RuleName.TARGET, result_rules.target, InvalidTarget, "target"),
    Rule(RuleName.LIFETIME, result_rules.lifetime, InvalidRequest, "subject_token"),
    Rule(RuleName.SCOPE, result_rules.scope, InvalidScope, "scope"),
)
