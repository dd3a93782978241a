"""The context of an impersonation ticket: lines of `key: value`, or a JSON object, within a size that can be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from token_exchange.jose.refusal import Refused
from token_exchange.jose.strict_json import parse_object

LONGEST: Final = 2000
"""Characters, as JSON: every record and, where a permission says so, every introspection carries it."""


def read(text: str) -> dict[str, object]:
    """Return the context that a text spells, {} for none; raise ValidationError."""
    text = text.strip()
    return checked(_object(text) if text.startswith("{") else _lines(text))


def checked(context: Mapping[str, object]) -> dict[str, object]:
    """Return a context that can be kept; raise ValidationError."""
    try:
        spelled = json.dumps(context)
        kept = parse_object(spelled.encode("utf-8"))
    except (Refused, TypeError, ValueError) as refused:
        raise ValidationError(gettext("This holds what cannot be kept.")) from refused
    if len(spelled) > LONGEST:
        raise ValidationError(gettext("At most %(most)d characters can be kept.") % {"most": LONGEST})
    return kept


def _object(text: str) -> dict[str, object]:
    try:
        return parse_object(text.encode("utf-8"))
    except (Refused, ValueError) as refused:
        raise ValidationError(gettext("It begins like a JSON object, and is none.")) from refused


def _lines(text: str) -> dict[str, object]:
    context: dict[str, object] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not key or not colon:
            raise ValidationError(gettext("Write one “key: value” a line, or a JSON object."))
        if key in context:
            raise ValidationError(gettext("“%(key)s” stands there twice.") % {"key": key})
        context[key] = value
    return context
