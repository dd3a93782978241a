"""Find the key location or introspection endpoint of a trusted issuer; rows are read once per version."""

from __future__ import annotations

from functools import lru_cache

from token_exchange.fetching.location import IntrospectionLocation, KeyLocation, Reach
from token_exchange.models import TrustedIssuer
from token_exchange.sts.issuance import Overtaken
from token_exchange.toolkit.compat import token_database


def key_location(key: int, version: int) -> KeyLocation:
    """Return the key location of the issuer with this primary key, at a version of the configuration."""
    return location_of(_row(key, version))


def introspection_location(key: int, version: int) -> IntrospectionLocation:
    """Return the introspection endpoint of the issuer with this primary key, at a version of the configuration."""
    row = _row(key, version)
    return IntrospectionLocation(url=row.introspection_url, credentials=row.credentials, reach=_reach(row))


def _row(key: int, version: int) -> TrustedIssuer:
    row = _at(token_database(), version).get(key)
    if row is None:  # an administrator disabled the issuer after the version was read
        raise Overtaken
    return row


def location_of(row: TrustedIssuer) -> KeyLocation:
    """Return the key location of an issuer."""
    sources = TrustedIssuer.Verification
    return KeyLocation(
        key=row.pk,
        issuer=row.issuer,
        algorithms=frozenset(row.algorithms),
        reach=_reach(row),
        jwks_url=row.jwks_url if row.verification == sources.JWKS_URL else "",
        pasted=row.pasted_keys if row.verification == sources.PASTED else "",
    )


def _reach(row: TrustedIssuer) -> Reach:
    return Reach(private_network=row.allows_private_network, ca_bundle=row.ca_bundle)


@lru_cache(maxsize=4)
def _at(using: str, version: int) -> dict[int, TrustedIssuer]:
    return {row.pk: row for row in TrustedIssuer.objects.using(using).filter(enabled=True)}


def forget() -> None:
    """Drop the rows of every version; for tests, which replace the content of the database."""
    _at.cache_clear()
