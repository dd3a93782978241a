"""What an exchange refuses with: an error code for the client, a reason for the record."""

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
"""What a reason is about, where no parameter is at fault."""


class TokenExchangeError(Exception):
    """A refusal: `error` and `description` for the client, `reason` and `detail` for the record only.

    The description is one constant ASCII sentence a parameter, so that it can neither reflect input nor
    tell an invalid token from one that a policy refuses (RFC 6749 §5.2, RFC 8693 §2.2.2).
    """

    error: ClassVar[str]
    default_parameter: ClassVar[str]

    def __init__(self, reason: Reason, parameter: str | None = None, *, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        """What the reason leaves open, in a word of ours or of the site's settings, never of a token (INV-22)."""
        self.parameter = parameter or _PARAMETERS.get(reason) or self.default_parameter

    @property
    def description(self) -> str:
        """The constant sentence that the client reads."""
        if self.reason is Reason.PARAMETER_REPEATED:
            return f"The parameter {self.parameter} is given twice."
        return _SENTENCES.get(self.parameter) or f"The parameter {self.parameter} is missing or invalid."


class InvalidRequest(TokenExchangeError):
    """A malformed request, or a subject or actor token that is not acceptable (RFC 8693 §2.2.2)."""

    error = "invalid_request"
    default_parameter = "request"


class InvalidTarget(TokenExchangeError):
    """An audience or resource that is malformed, unknown or not permitted (RFC 8693 §2.2.2)."""

    error = "invalid_target"
    default_parameter = "target"


class InvalidScope(TokenExchangeError):
    """A scope that is unknown, not permitted or wider than allowed (RFC 6749 §5.2)."""

    error = "invalid_scope"
    default_parameter = "scope"


class UnauthorizedClient(TokenExchangeError):
    """A client that no policy lets exchange anything (RFC 6749 §5.2)."""

    error = "unauthorized_client"
    default_parameter = "client"


class InvalidClient(TokenExchangeError):
    """A client that did not prove who it is (RFC 6749 §5.2)."""

    error = "invalid_client"
    default_parameter = "client_authentication"


class ServerError(TokenExchangeError):
    """A failure of this server; nothing was decided."""

    error = "server_error"
    default_parameter = "server"


class TemporarilyUnavailable(TokenExchangeError):
    """A failure of this server, or of an issuer that it depends on, that may pass; nothing was decided."""

    error = "temporarily_unavailable"
    default_parameter = "server"

    def __init__(self, reason: Reason, *, detail: str = "", issuer: str = "", retry_after: int | None = None) -> None:
        super().__init__(reason, detail=detail)
        self.issuer = issuer
        """The identifier of the issuer whose keys or answer could not be had, as its row has it."""
        self.retry_after = retry_after
        """Seconds after which to try again makes sense, where that is known."""


ERRORS: Final[dict[str, type[TokenExchangeError]]] = {
    kind.error: kind for kind in (InvalidRequest, InvalidTarget, InvalidScope, UnauthorizedClient, InvalidClient)
}
"""The refusals, by the code that the client reads; failures, which decide nothing, are not among them."""
