"""Measure what a hashed client secret costs that is not cached: with a slow hasher, and with a fast one."""

from __future__ import annotations

import time
from statistics import median

from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from oauth2_provider.models import get_application_model

from benchmarks.variants import Variant
from benchmarks.wsgi import Site
from tests.worlds.world import SECRET
from token_exchange.provider.client_authentication.verified_secrets import verified_secrets

TIMES = 5


class GeneratedSecretHasher(PBKDF2PasswordHasher):
    """A hasher with one round, which is enough for a generated secret of a hundred random characters."""

    algorithm = "pbkdf2_sha256_generated"
    iterations = 1


def cold(site: Site, variant: Variant) -> dict[str, float]:
    """Return, for each hasher, the CPU milliseconds of a request whose client secret has to be hashed."""
    slow = _median(site, variant)
    client = get_application_model().objects.get(client_id=variant.client)
    client.client_secret = make_password(SECRET, hasher=GeneratedSecretHasher())
    client.save()
    return {"hashed as the toolkit does": slow, "hashed by a fast hasher": _median(site, variant)}


def _median(site: Site, variant: Variant) -> float:
    return median(_first(site, variant) for _time in range(TIMES))


def _first(site: Site, variant: Variant) -> float:
    verified_secrets.clear()
    request = variant.environ()
    began = time.process_time_ns()
    answer = site(request)
    spent = time.process_time_ns() - began
    variant.check(answer)
    return spent / 1e6
