"""Report a failed fetch, and choose the outcome that helps an administrator most."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from token_exchange.jose.keys import KeySet
from token_exchange.jose.refusal import Flaw

_OF_ANOTHER_ALGORITHM: Final = frozenset({Flaw.ALGORITHM_NOT_PINNED, Flaw.KEY_KIND_UNSUPPORTED})
_NOTHING_THERE: Final = frozenset({"status_404", "status_410"})
_UNANSWERED: Final = frozenset(
    {
        "name_unknown",
        "address_not_public",
        "connection_failed",
        "certificate_refused",
        "too_slow",
        "failed",
        "url_invalid",
    }
)
_READ: Final = frozenset({"issuer_differs", "no_jwks_url"})


class Unreachable(Exception):
    """A document of an issuer could not be fetched; `outcome` is a stable code for the health of the issuer.

    `retry_after` is the number of seconds after which the issuer may be asked again, None if it is unknown.
    """

    def __init__(self, outcome: str, *, retry_after: int | None = None) -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.retry_after = retry_after


def why_unusable(keys: KeySet) -> str:
    """Return the code for a key set without usable keys: the flaw that all its keys share, or a general one."""
    flaws = {warning.flaw for warning in keys.warnings if warning.flaw is not Flaw.KEY_SET_UNUSABLE}
    if not flaws:
        return "key_set_empty"
    wrong_algorithm = flaws & _OF_ANOTHER_ALGORITHM
    # Many key sets also contain keys for encryption, which are not the problem.
    if wrong_algorithm and flaws <= {*_OF_ANOTHER_ALGORITHM, Flaw.KEY_NOT_FOR_SIGNATURES}:
        return "no_usable_key"
    return flaws.pop().value if len(flaws) == 1 else "key_set_unusable"


def most_telling(failures: Iterable[Unreachable]) -> Unreachable:
    """Return the failure of the attempt that got furthest, the first of several that got equally far."""
    return max(failures, key=lambda failure: _distance(failure.outcome))


def _distance(outcome: str) -> int:
    if outcome in _READ:
        return 4
    if outcome in _NOTHING_THERE:
        return 0
    if outcome.startswith("status_"):
        return 1
    return 2 if outcome in _UNANSWERED else 3
