"""Check that this server can sign the tokens that its targets and policies promise."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from token_exchange.checks.tables import are_migrated
from token_exchange.models import ExchangePolicy, Target
from token_exchange.sts.targets import TokenFormat
from token_exchange.sts.vocabulary import JWT


@register(Tags.security)
def check_signing_keys(**kwargs: Any) -> list[CheckMessage]:
    """Report a signing key that cannot be read: every exchange for a JWT would fail."""
    from token_exchange.toolkit.signing_keys import signing_keys

    try:
        signing_keys()
    except ImproperlyConfigured as error:
        hint = "Name a file that the web server can read, with an unencrypted RSA, P-256 or Ed25519 key in PEM."
        return [Error(str(error), hint=hint, id="token_exchange.E014")]
    return []


@register(Tags.database)
def check_promised_tokens(databases: Collection[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report targets and policies for which JWTs are to be issued, if there is no key to sign them."""
    from token_exchange.toolkit.compat import token_database
    from token_exchange.toolkit.signing_keys import signing_keys

    using = token_database()
    if not are_migrated(databases, using, Target):
        return []
    try:
        if signing_keys():
            return []
    except ImproperlyConfigured:  # reported above
        return []
    return [
        Error(
            f"{promise}, but this server has no key to sign one.",
            hint="Run `manage.py make_signing_key`, and name the file in TOKEN_EXCHANGE['SIGNING_KEYS'].",
            id="token_exchange.E015",
        )
        for promise in _promises(using)
    ]


def _promises(using: str) -> Iterator[str]:
    for target in Target.objects.using(using).filter(enabled=True, token_format=TokenFormat.JWT).order_by("pk"):
        yield f"The target {target.name!r} needs JWTs"
    for policy in ExchangePolicy.objects.using(using).filter(enabled=True).order_by("pk"):
        # A row that was not saved by a form may hold any JSON value.
        if isinstance(policy.issued_token_types, list) and JWT in policy.issued_token_types:
            yield f"The policy {policy.name!r} issues JWTs"
