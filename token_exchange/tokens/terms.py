"""What a page that lists many tokens asks of each without a statement: are the rows that allowed it enabled?"""

from __future__ import annotations

import time

from token_exchange.models import ExchangedToken
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.facts import read
from token_exchange.sts.policy import Effect


def policy_still_applies(exchanged: ExchangedToken, configuration: Configuration) -> bool:
    """True if policy, targets, external issuer and impersonation permission of a token are enabled.

    At use the rules themselves are asked (`stores.standing`).
    """
    policy = configuration.policies.get(exchanged.policy_id)
    if (
        policy is None
        or policy.effect is not Effect.PERMIT
        or policy.report_only
        or not policy.period.contains(time.time())
    ):
        return False
    if exchanged.trusted_issuer_id is not None and exchanged.trusted_issuer_id not in configuration.issuers:
        return False
    if exchanged.permission_id is not None and not configuration.permits(exchanged.permission_id):
        return False
    try:
        return read(exchanged.facts).targets <= configuration.targets.by_key.keys()
    except ValueError:
        return False
