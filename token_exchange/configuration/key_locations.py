"""Where trusted issuers keep their keys or answer, read once for every version of the configuration."""

from __future__ import annotations

from functools import lru_cache

from token_exchange.fetching.location import IntrospectionLocation, KeyLocation, Reach
from token_exchange.models import TrustedIssuer
from token_exchange.sts.issuance import Overtaken
from token_exchange.toolkit.compat import token_database


def of(key: int, version: int) -> KeyLocation:
    """Return the location for an issuer's row, as it was at a version of the configuration."""
    return location_of(_row(key, version))


def introspection_of(key: int, version: int) -> IntrospectionLocation:
    """Return where the issuer of a row is asked, as it was at a version of the configuration."""
    row = _row(key, version)
    return IntrospectionLocation(url=row.introspection_url, credentials=row.credentials, reach=_reach(row))


def _row(key: int, version: int) -> TrustedIssuer:
    row = _at(token_database(), version).get(key)
    if row is None:  # it was disabled after the rules were read
        raise Overtaken
    return row


def location_of(row: TrustedIssuer) -> KeyLocation:
    """Return the location that a row expresses."""
    sources = TrustedIssuer.KeySource
    return KeyLocation(
        key=row.pk,
        issuer=row.issuer,
        algorithms=frozenset(row.algorithms),
        reach=_reach(row),
        jwks_url=row.jwks_url if row.key_source == sources.JWKS_URL else "",
        pasted=row.pasted_keys if row.key_source == sources.PASTED else "",
    )


def _reach(row: TrustedIssuer) -> Reach:
    return Reach(private_network=row.allows_private_network, ca_bundle=row.ca_bundle)


@lru_cache(maxsize=4)
def _at(using: str, version: int) -> dict[int, TrustedIssuer]:
    return {row.pk: row for row in TrustedIssuer.objects.using(using).filter(enabled=True)}


def forget() -> None:
    """Forget every version, as tests do when they exchange the database under it."""
    _at.cache_clear()
