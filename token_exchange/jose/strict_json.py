"""Parse only JSON that every parser reads alike: unique names, limited depth, finite numbers."""

from __future__ import annotations

import codecs
import json
import math
import re
from typing import Final

from token_exchange.jose.refusal import Flaw, Refused

MAX_DEPTH: Final = 16
MAX_INTEGER: Final = 2**63 - 1
"""The largest integer that a database column can hold."""

# Possessive quantifiers: a text of quotes and backslashes alone is still read in one pass, without backtracking.
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET: Final = re.compile(r"[\[\]{}]")
# PostgreSQL cannot store NUL, and a lone surrogate cannot be encoded as UTF-8.
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


def parse_object(data: bytes) -> dict[str, object]:
    """Return the JSON object in `data`; raise `Refused` if the data is not strict JSON, or not an object."""
    value = _parse(data)
    if not isinstance(value, dict):
        raise Refused(Flaw.NOT_AN_OBJECT)
    return value


def parse_document(data: bytes) -> dict[str, object]:
    """Return the JSON object of a server's response, ignoring a byte order mark before it (RFC 8259 §8.1)."""
    return parse_object(data.removeprefix(codecs.BOM_UTF8))


def _parse(data: bytes) -> object:
    try:
        text = data.decode("utf-8")
        _check_depth(text)
        value: object = _DECODER.decode(text)
    except Refused:
        raise
    except ValueError:  # not chained: the error of the json module contains the whole text, which is part of a token
        raise Refused(Flaw.NOT_JSON) from None
    if "\\u" in text and not _is_storable(value):
        raise Refused(Flaw.TEXT_UNSTORABLE)
    return value


def _check_depth(text: str) -> None:
    """Raise `Refused` if the text is nested too deeply: a recursive parser could otherwise exhaust the stack."""
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
    # RFC 7519 §4: names are unique; of two equal names, two parsers may read different ones.
    if len(members) != len(pairs):
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


def _refuse_constant(_name: str) -> float:
    raise Refused(Flaw.NUMBER_OUT_OF_RANGE)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_refuse_constant
)
