"""The keys of one issuer: a bad one is left out and named, and never spoils the others."""

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
"""Keys of one `kid` that may verify one algorithm: each of them is tried, and each costs a verification."""

Candidate = tuple[object, Callable[[], VerificationKey]]
"""What the entry calls itself, unchecked, and how to read it."""


@dataclass(frozen=True, slots=True)
class KeyWarning:
    """Why a key of the set is not used; `position` counts from 1, and is None where the whole set is meant."""

    flaw: Flaw
    position: int | None = None
    kid: str | None = None
    """As the entry says, unchecked: for showing only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    """The usable keys of one issuer, and what was wrong with the rest.

    `read_jwk_set` and `read_pasted` see to it that no `kid` has more than `MAX_KEYS_OF_ONE_NAME` keys for an algorithm.
    """

    keys: tuple[VerificationKey, ...]
    warnings: tuple[KeyWarning, ...] = ()

    def document(self) -> bytes:
        """Return the kept keys as a JWK set, for a cache; `read_jwk_set` reads it again, under the same policy."""
        return json.dumps({"keys": [dict(key.jwk) for key in self.keys]}).encode()


def read_pasted(text: str, pinned: frozenset[str]) -> KeySet:
    """Return the keys that somebody pasted: a JWK set, or PEM blocks, each named by a `kid:` line before it."""
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        return read_jwk_set(text.encode(errors="surrogatepass"), pinned)
    _check_size(text)
    return _collect([(block.kid, partial(_read_block, block, pinned)) for block in pem.blocks(text)])


def read_jwk_set(document: bytes, pinned: frozenset[str]) -> KeySet:
    """Return the usable keys of a JWK set (RFC 7517 §5); raise `Refused` if it is none, or too large.

    `pinned` are the algorithms of the issuer's row: a key that could verify none of them is left out.
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
    """The keys without a name beside others: no token can select one of them."""
    if len({(key.kid, key.material) for key in read.values()}) == 1:
        return {}
    return {index: Flaw.KEY_ID_MISSING for index, key in read.items() if key.kid is None}


def _crowded(read: Mapping[int, VerificationKey]) -> dict[int, Flaw]:
    """The keys that share name and algorithm with too many others; the same key twice counts once."""
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
