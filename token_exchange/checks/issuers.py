"""Every enabled trusted issuer is one that its form would save (D53)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ValidationError

from token_exchange.checks.tables import are_migrated
from token_exchange.models import TrustedIssuer


@register(Tags.database)
def check_issuers(databases: Collection[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The form refuses to believe too much; rows written past it are found here."""
    from token_exchange.toolkit.compat import token_database

    using = token_database()
    if not are_migrated(databases, using, TrustedIssuer):
        return []
    return [
        Error(
            f"The trusted issuer {row.name!r} cannot stay as it is: {flaws}",
            hint="Mend it in the admin. To trust it no more until then, paste into `manage.py shell`:\n"
            "from token_exchange.models import TrustedIssuer\n"
            f"TrustedIssuer.objects.using({using!r}).filter(pk={row.pk}).update(enabled=False)",
            id="token_exchange.E012",
        )
        for row in TrustedIssuer.objects.using(using).filter(enabled=True)
        if (flaws := " ".join(_flaws(row)))
    ]


def _flaws(row: TrustedIssuer) -> Iterator[str]:
    """What its form would say: first of each field, then of all together."""
    from token_exchange.trusted_issuers.validation import errors_in_issuer

    try:
        row.clean_fields()
    except ValidationError as error:
        yield from (f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items())
        return
    yield from (f"{error.field}: {error.message}" for error in errors_in_issuer(row))
