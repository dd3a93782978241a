"""Check that every enabled trusted issuer is valid."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ValidationError

from token_exchange.checks.tables import are_migrated
from token_exchange.models import TrustedIssuer


@register(Tags.database)
def check_issuers(databases: Collection[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report enabled issuers that the admin's form would refuse: rows may be saved without the form."""
    from token_exchange.toolkit.compat import token_database

    using = token_database()
    if not are_migrated(databases, using, TrustedIssuer):
        return []
    return [
        Error(
            f"The trusted issuer {row.name!r} is not valid: {flaws}",
            hint="Correct it in the admin. To disable it until then, run in `manage.py shell`:\n"
            "from token_exchange.models import TrustedIssuer\n"
            f"TrustedIssuer.objects.using({using!r}).filter(pk={row.pk}).update(enabled=False)",
            id="token_exchange.E012",
        )
        for row in TrustedIssuer.objects.using(using).filter(enabled=True)
        if (flaws := " ".join(_flaws(row)))
    ]


def _flaws(row: TrustedIssuer) -> Iterator[str]:
    """Yield the errors of the row's form: those of single fields, or, if there are none, those of the whole row."""
    from token_exchange.trusted_issuers.validation.errors import errors_in_issuer

    try:
        row.clean_fields()
    except ValidationError as error:
        yield from (f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items())
        return
    yield from (f"{error.field}: {error.message}" for error in errors_in_issuer(row))
