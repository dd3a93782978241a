"""Refuse a request for a token whose form, signature or claims are wrong, with the reason that the record keeps."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType

from token_exchange.jose.refusal import Refused
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.reasons import Reason
from token_exchange.sts.token_kinds import mismatch, restriction


class RefusedAs:
    """Raise `InvalidRequest` with a reason in place of a `Refused` raised in the block; the flaw becomes its detail."""

    def __init__(self, reason: Reason) -> None:
        self._reason = reason

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, Refused):
            raise InvalidRequest(self._reason, detail=error.flaw.value) from error


def require_kind(claims: Mapping[str, object], token_type: str, header_type: str | None = None) -> None:
    """Raise `InvalidRequest` if the token says that it is of another kind or carries a restriction.

    Signed claims and introspection answers are treated alike.
    """
    if told_by := mismatch(claims, token_type, header_type):
        raise InvalidRequest(Reason.TOKEN_TYPE_NOT_TAKEN_FROM_ISSUER, detail=told_by)
    restricted_by = restriction(claims)
    if restricted_by == "cnf":  # RFC 7800: only the holder of the key may use the token; ours are bearer tokens
        raise InvalidRequest(Reason.TOKEN_BOUND_TO_KEY)
    if restricted_by:
        raise InvalidRequest(Reason.TOKEN_RESTRICTED, detail=restricted_by)
