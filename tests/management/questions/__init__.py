"""Questions that can be put to the endpoint and to the command alike, in every way that a rule can look at one."""

from __future__ import annotations

from tests.management.questions import actors, asking, outsiders, policies, subjects

PERMITTED = [*asking.PERMITTED, *subjects.PERMITTED, *actors.PERMITTED, *policies.PERMITTED, *outsiders.PERMITTED]
REFUSED = [*asking.REFUSED, *subjects.REFUSED, *actors.REFUSED, *policies.REFUSED, *outsiders.REFUSED]
