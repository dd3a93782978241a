"""Read the context of a ticket: a JSON object, or lines of `key: value`, of limited size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from token_exchange.jose.refusal import Refused
from token_exchange.jose.strict_json import parse_object

LONGEST: Final = 2000
"""The maximum length as JSON, in characters: each record, and introspection where a permission says so, repeats it."""


def read(text: str) -> dict[str, object]:
    """Return the context that a text contains, {} for an empty text; raise ValidationError."""
    text = text.strip()
    return checked(_object(text) if text.startswith("{") else _lines(text))


def checked(context: Mapping[str, object]) -> dict[str, object]:
    """Return the context as JSON stores it; raise ValidationError if it is too long or not valid JSON."""
    try:
        encoded = json.dumps(context)
        stored = parse_object(encoded.encode("utf-8"))
    except (Refused, TypeError, ValueError) as error:
        raise ValidationError(gettext("The context cannot be stored as JSON.")) from error
    if len(encoded) > LONGEST:
        raise ValidationError(gettext("Enter at most %(most)d characters.") % {"most": LONGEST})
    return stored


def _object(text: str) -> dict[str, object]:
    try:
        return parse_object(text.encode("utf-8"))
    except (Refused, ValueError) as error:
        raise ValidationError(gettext("This is not a valid JSON object.")) from error


def _lines(text: str) -> dict[str, object]:
    context: dict[str, object] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not key or not colon:
            raise ValidationError(gettext("Enter one “key: value” per line, or a JSON object."))
        if key in context:
            raise ValidationError(gettext("The key “%(key)s” is entered twice.") % {"key": key})
        context[key] = value
    return context
