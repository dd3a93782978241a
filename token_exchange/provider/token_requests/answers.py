"""Write the answers of the token endpoint to an exchange, with constant descriptions that never repeat the request."""

from __future__ import annotations

import json
from typing import Any, Final

from token_exchange.sts.errors import InvalidClient, ServerError, TemporarilyUnavailable, TokenExchangeError

HEADERS: Final = {"Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache"}
REQUEST_ID_HEADER: Final = "X-Request-Id"

TOO_MANY: Final = "Too many failed attempts. Try again later."

Answer = tuple[dict[str, str], str, int]
"""Headers, body, status."""


def success(content: Any, request_id: str) -> Answer:
    """Return the answer that carries the new token (RFC 8693 §2.2.1)."""
    return headers_with(request_id), json.dumps(content), 200


def refusal(error: TokenExchangeError, request_id: str) -> Answer:
    """Return the answer for an error (RFC 6749 §5.2): 401, 503 or 500 for the errors that name it, else 400."""
    headers = headers_with(request_id)
    if isinstance(error, InvalidClient):
        headers["WWW-Authenticate"] = 'Basic realm="token"'
    if isinstance(error, TemporarilyUnavailable) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    body = json.dumps({"error": error.error, "error_description": error.description})
    return headers, body, _status(error)


def _status(error: TokenExchangeError) -> int:
    statuses = {InvalidClient: 401, TemporarilyUnavailable: 503, ServerError: 500}
    return next((status for kind, status in statuses.items() if isinstance(error, kind)), 400)


def temporary_failure(request_id: str) -> Answer:
    """Return the answer when the database does not respond: status 503, and no token was issued."""
    error = {
        "error": "temporarily_unavailable",
        "error_description": "The server could not complete the request. Nothing was issued.",
    }
    return headers_with(request_id), json.dumps(error), 503


def too_many_requests(request_id: str, seconds: int) -> Answer:
    """Return the answer for a caller that failed too often and may try again after these seconds (RFC 6585 §4)."""
    error = {"error": "temporarily_unavailable", "error_description": TOO_MANY}
    return {**headers_with(request_id), "Retry-After": str(seconds)}, json.dumps(error), 429


def headers_with(request_id: str) -> dict[str, str]:
    """Return the headers of every answer: it must not be cached, and carries the request id."""
    return {**HEADERS, REQUEST_ID_HEADER: request_id}
