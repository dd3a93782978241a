"""Read the keys of one issuer: a key with a flaw is left out with a warning, the other keys stay usable."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from token_exchange.jose import pem
from token_exchange.jose.jwk import VerificationKey, read_jwk
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.jose.strict_json import parse_document

MAX_KEYS: Final = 32
MAX_KEY_SET_BYTES: Final = 262_144
MAX_KEYS_OF_ONE_NAME: Final = 3
"""The most keys that may share one `kid` and algorithm: each of them is tried, and each attempt costs time."""

Candidate = tuple[object, Callable[[], VerificationKey]]
"""The unchecked `kid` of an entry, and a function that reads the entry."""


@dataclass(frozen=True, slots=True)
class KeyWarning:
    """Say why a key is not used; `position` counts from 1, and is None if the whole set is meant."""

    flaw: Flaw
    position: int | None = None
    kid: str | None = None
    """The unchecked `kid` of the entry, for display only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    """Hold the usable keys of one issuer, and a warning for every other key.

    `read_jwk_set` and `read_pasted` make sure that no `kid` has more than `MAX_KEYS_OF_ONE_NAME` keys for an algorithm.
    """

    keys: tuple[VerificationKey, ...]
    warnings: tuple[KeyWarning, ...] = ()

    def document(self) -> bytes:
        """Return the usable keys as a JWK set for a cache; `read_jwk_set` reads it again under the same policy."""
        return json.dumps({"keys": [dict(key.jwk) for key in self.keys]}).encode()


def read_pasted(text: str, pinned: frozenset[str]) -> KeySet:
    """Return the keys that an administrator pasted: a JWK set, or PEM blocks with a `kid:` line before each."""
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        return read_jwk_set(text.encode(errors="surrogatepass"), pinned)
    _check_size(text)
    return _collect([(block.kid, partial(_read_block, block, pinned)) for block in pem.blocks(text)])


def read_jwk_set(document: bytes, pinned: frozenset[str]) -> KeySet:
    """Return the usable keys of a JWK set (RFC 7517 §5); raise `Refused` if the document is not one, or is too large.

    `pinned` are the algorithms that the administrator allows for the issuer: other keys are left out.
    """
    _check_size(document)
    entries = parse_document(document).get("keys")
    if not isinstance(entries, list):
        raise Refused(Flaw.KEY_SET_MALFORMED)
    return _collect([(_name(entry), partial(read_jwk, entry, pinned)) for entry in entries])


def _read_block(block: pem.Block, pinned: frozenset[str]) -> VerificationKey:
    return read_jwk(pem.to_jwk(block), pinned)


def _name(entry: object) -> object:
    return entry.get("kid") if isinstance(entry, Mapping) else None


def _check_size(document: bytes | str) -> None:
    if len(document) > MAX_KEY_SET_BYTES:
        raise Refused(Flaw.KEY_SET_TOO_LARGE)


def _collect(candidates: Sequence[Candidate]) -> KeySet:
    if len(candidates) > MAX_KEYS:
        raise Refused(Flaw.KEY_SET_TOO_LARGE)
    read: dict[int, VerificationKey] = {}
    flaws: dict[int, Flaw] = {}
    for index, (_claimed, reader) in enumerate(candidates):
        try:
            read[index] = reader()
        except Refused as refused:
            flaws[index] = refused.flaw
    flaws |= _unnamed(read) | _crowded(read)
    keys = tuple(key for index, key in read.items() if index not in flaws)
    warnings = [_warning(candidates[index], index, flaw) for index, flaw in sorted(flaws.items())]
    if not keys:
        warnings.append(KeyWarning(Flaw.KEY_SET_UNUSABLE))
    return KeySet(keys=keys, warnings=tuple(warnings))


def _unnamed(read: Mapping[int, VerificationKey]) -> dict[int, Flaw]:
    """Return the flaw of each key without `kid` among several keys: no token can select such a key."""
    if len({(key.kid, key.material) for key in read.values()}) == 1:
        return {}
    return {index: Flaw.KEY_ID_MISSING for index, key in read.items() if key.kid is None}


def _crowded(read: Mapping[int, VerificationKey]) -> dict[int, Flaw]:
    """Return the flaw of each key that shares its `kid` and algorithm with too many others; duplicates count once."""
    alike: dict[tuple[str | None, str], set[bytes]] = defaultdict(set)
    for key in read.values():
        for algorithm in key.algorithms:
            alike[key.kid, algorithm].add(key.material)
    crowds = {name for name, materials in alike.items() if len(materials) > MAX_KEYS_OF_ONE_NAME}
    return {
        index: Flaw.KEY_ID_REPEATED
        for index, key in read.items()
        if any((key.kid, algorithm) in crowds for algorithm in key.algorithms)
    }


def _warning(candidate: Candidate, index: int, flaw: Flaw) -> KeyWarning:
    claimed, _reader = candidate
    return KeyWarning(flaw, index + 1, claimed[:64] if isinstance(claimed, str) else None)
