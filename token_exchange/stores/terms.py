"""The terms that a token was issued under: the policy that permitted it and the targets that it is meant for."""

from __future__ import annotations

import time

from token_exchange.models import ExchangedToken
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.policy import Effect, Policy


def in_force(exchanged: ExchangedToken, configuration: Configuration) -> bool:
    """Whether the policy that it was issued under still permits, and its targets and outside issuer are enabled."""
    policy = configuration.policies.get(exchanged.policy_id)
    if policy is None or policy.effect is not Effect.PERMIT or policy.report_only or not _is_in_period(policy):
        return False
    if exchanged.trusted_issuer_id is not None and exchanged.trusted_issuer_id not in configuration.issuers:
        return False
    if exchanged.permission_id is not None and not configuration.stands(exchanged.permission_id):
        return False
    return configuration.targets.by_name.keys() >= set(exchanged.audience)


def _is_in_period(policy: Policy) -> bool:
    now = time.time()
    return (policy.begins is None or policy.begins <= now) and (policy.ends is None or now < policy.ends)
