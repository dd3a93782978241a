"""Define the errors of an exchange: each has an error code for the client and a reason for the record."""

from __future__ import annotations

from typing import ClassVar, Final

from token_exchange.sts.reasons import Reason

_SENTENCES: Final = {
    "subject_token": "The subject_token is missing, invalid or not acceptable.",
    "actor_token": "The actor_token is missing, invalid or not acceptable.",
    "scope": "The requested scope is invalid or not permitted.",
    "target": "The requested audience or resource is unknown or not permitted.",
    "client": "The client is not authorized to use this grant type.",
    "client_authentication": "Client authentication failed.",
    "request": "The request is malformed.",
    "https": "HTTPS is required.",
    "content_type": "The body must be application/x-www-form-urlencoded in UTF-8.",
    "file": "The body must not hold a file.",
    "query": "The URL must not have a query string; the parameters belong in the body.",
    "size": "The body is too large or has too many parameters.",
    "authentication": "The client authenticates in more than one way.",
    "requested_token_type": "The requested_token_type is not issued here; this endpoint issues access tokens.",
    "server": "The server could not complete the request. Nothing was issued.",
}


_PARAMETERS: Final = {
    Reason.TRANSPORT_NOT_SECURE: "https",
    Reason.QUERY_NOT_ALLOWED: "query",
    Reason.BODY_TOO_LARGE: "size",
    Reason.CLIENT_AUTHENTICATED_TWICE: "authentication",
}
"""The key of the sentence for reasons that are not about a parameter."""


class TokenExchangeError(Exception):
    """The exchange was refused: the client reads `error` and `description`, the record keeps `reason` and `detail`.

    The description is a constant ASCII sentence for each parameter. It never repeats input, and it is the same for an
    invalid token as for a token that a policy refuses (RFC 6749 §5.2, RFC 8693 §2.2.2).
    """

    error: ClassVar[str]
    default_parameter: ClassVar[str]

    def __init__(self, reason: Reason, parameter: str | None = None, *, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        """A code or a configured name that makes the reason more precise; never any part of a token."""
        self.parameter = parameter or _PARAMETERS.get(reason) or self.default_parameter

    @property
    def description(self) -> str:
        """Return the constant sentence for the client."""
        if self.reason is Reason.PARAMETER_REPEATED:
            return f"The parameter {self.parameter} is given twice."
        return _SENTENCES.get(self.parameter) or f"The parameter {self.parameter} is missing or invalid."


class InvalidRequest(TokenExchangeError):
    """The request is malformed, or its subject or actor token is not acceptable (RFC 8693 §2.2.2)."""

    error = "invalid_request"
    default_parameter = "request"


class InvalidTarget(TokenExchangeError):
    """A requested audience or resource is malformed, unknown or not permitted (RFC 8693 §2.2.2)."""

    error = "invalid_target"
    default_parameter = "target"


class InvalidScope(TokenExchangeError):
    """A requested scope is unknown or not permitted (RFC 6749 §5.2)."""

    error = "invalid_scope"
    default_parameter = "scope"


class UnauthorizedClient(TokenExchangeError):
    """No policy lets the client exchange anything (RFC 6749 §5.2)."""

    error = "unauthorized_client"
    default_parameter = "client"


class InvalidClient(TokenExchangeError):
    """The client did not authenticate (RFC 6749 §5.2)."""

    error = "invalid_client"
    default_parameter = "client_authentication"


class ServerError(TokenExchangeError):
    """This server failed; nothing was decided."""

    error = "server_error"
    default_parameter = "server"


class TemporarilyUnavailable(TokenExchangeError):
    """This server, or an issuer that it depends on, failed for now; nothing was decided."""

    error = "temporarily_unavailable"
    default_parameter = "server"

    def __init__(self, reason: Reason, *, detail: str = "", issuer: str = "", retry_after: int | None = None) -> None:
        super().__init__(reason, detail=detail)
        self.issuer = issuer
        """The identifier of the issuer whose keys or answer could not be fetched; empty if none is involved."""
        self.retry_after = retry_after
        """The number of seconds after which the client should try again, None if it is unknown."""


ERRORS: Final[dict[str, type[TokenExchangeError]]] = {
    kind.error: kind for kind in (InvalidRequest, InvalidTarget, InvalidScope, UnauthorizedClient, InvalidClient)
}
"""The errors by which a request is refused, by the code for the client; failures of a server are not included."""
