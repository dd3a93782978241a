"""Words of a preset that stand for what only the site knows: a row that still holds one trusts nobody, or anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext

from token_exchange.models.validation import FieldError, Lists

PLACEHOLDERS: Final = (
    "ACCOUNT",
    "DOMAIN",
    "HOST",
    "NAME",
    "NAMESPACE",
    "NUMBER",
    "ORGANISATION",
    "PATH",
    "PROJECT_ID",
    "REALM",
    "TEAM",
    "TEAM_ID",
    "TENANT",
    "TRUST-DOMAIN",
)
_PLACEHOLDER: Final = re.compile(rf"(?<![\w-])(?:{'|'.join(PLACEHOLDERS)})(?![\w-])")


def placeholders(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Nothing of a preset is left to be filled in."""
    values = [value for condition in row.conditions for value in condition.get("values", ()) if isinstance(value, str)]
    for field, texts in (("issuer", [row.issuer]), ("conditions", values)):
        if left := dict.fromkeys(word for text in texts for word in _PLACEHOLDER.findall(text)):
            yield FieldError(field, gettext("Write your own in the place of: %s") % ", ".join(left))
