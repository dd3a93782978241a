"""JSON that every parser reads alike: no repeated names, no depth to fall into, no number that is none."""

from __future__ import annotations

import codecs
import json
import math
import re
from typing import Final

from token_exchange.jose.refusal import Flaw, Refused

MAX_DEPTH: Final = 16
MAX_INTEGER: Final = 2**63 - 1
"""What a column of a database holds."""

# Possessive, so that a text of nothing but quotes and backslashes is still read in one pass.
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET: Final = re.compile(r"[\[\]{}]")
# PostgreSQL stores no NUL, and half a surrogate pair has no UTF-8.
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


def parse_object(data: bytes) -> dict[str, object]:
    """Return the JSON object that `data` spells; raise `Refused` for anything else."""
    value = _parse(data)
    if not isinstance(value, dict):
        raise Refused(Flaw.NOT_AN_OBJECT)
    return value


def parse_document(data: bytes) -> dict[str, object]:
    """Return the JSON object that a server answered with; a byte order mark before it is overlooked (RFC 8259 §8.1)."""
    return parse_object(data.removeprefix(codecs.BOM_UTF8))


def _parse(data: bytes) -> object:
    try:
        text = data.decode("utf-8")
        _check_depth(text)
        value: object = _DECODER.decode(text)
    except Refused:
        raise
    except ValueError:  # not chained: JSON's own error carries the whole text, which is part of a token
        raise Refused(Flaw.NOT_JSON) from None
    if "\\u" in text and not _is_storable(value):
        raise Refused(Flaw.TEXT_UNSTORABLE)
    return value


def _check_depth(text: str) -> None:
    """Count the brackets first: a parser that recurses must not be the one to find out."""
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise Refused(Flaw.TOO_DEEP)


def _is_storable(value: object) -> bool:
    match value:
        case str():
            return _UNSTORABLE.search(value) is None
        case list():
            return all(map(_is_storable, value))
        case dict():
            return all(map(_is_storable, (*value, *value.values())))
    return True


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):  # RFC 7519 §4: names are unique; two readers may pick two different ones
        raise Refused(Flaw.NAME_REPEATED)
    return members


def _integer(digits: str) -> int:
    if len(digits) > len(str(-MAX_INTEGER)) or abs(number := int(digits)) > MAX_INTEGER:
        raise Refused(Flaw.NUMBER_OUT_OF_RANGE)
    return number


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):  # 1e999
        raise Refused(Flaw.NUMBER_OUT_OF_RANGE)
    return number


def _no_number(_name: str) -> float:
    raise Refused(Flaw.NUMBER_OUT_OF_RANGE)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_no_number
)
