"""Questions that can be put to the endpoint and to the command alike, in every way that a rule can look at one."""

from __future__ import annotations

from tests.management.questions import actors, asking, external_tokens, policies, subjects

PERMITTED = [*asking.PERMITTED, *subjects.PERMITTED, *actors.PERMITTED, *policies.PERMITTED, *external_tokens.PERMITTED]
REFUSED = [*asking.REFUSED, *subjects.REFUSED, *actors.REFUSED, *policies.REFUSED, *external_tokens.REFUSED]
