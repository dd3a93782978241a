"""Describe exchanges for the endpoint and for `explain_exchange`, at least one for each outcome of each rule."""

from __future__ import annotations

from tests.management.questions import actors, asking, external_tokens, policies, subjects

PERMITTED = [*asking.PERMITTED, *subjects.PERMITTED, *actors.PERMITTED, *policies.PERMITTED, *external_tokens.PERMITTED]
REFUSED = [*asking.REFUSED, *subjects.REFUSED, *actors.REFUSED, *policies.REFUSED, *external_tokens.REFUSED]
