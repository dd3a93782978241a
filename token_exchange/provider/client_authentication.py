"""Step 1: who calls. A confidential client that proved it with a real secret, in one way only."""

from __future__ import annotations

import base64
import re
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from token_exchange.provider import secret_comparison
from token_exchange.sts.errors import InvalidClient, InvalidRequest
from token_exchange.sts.reasons import Reason

PARAMETERS: Final = ("client_id", "client_secret", "client_assertion", "client_assertion_type")
"""Those of a body that say who calls (RFC 6749 §2.3.1, RFC 7521 §4.2)."""
_CLIENT_ID: Final = re.compile(r"[\x20-\x7e]{1,255}")


class Credentials(NamedTuple):
    """What was presented; nothing of it has been proved."""

    client_id: str
    secret: str
    """Blank where none was presented."""
    in_header: bool = False

    def name(self, client_id: str) -> bool:
        """True if these are credentials of this very client; an assertion in the body need not name it."""
        return self.client_id == client_id or not (self.client_id or self.in_header)


def presented(request: Any) -> Credentials:
    """Return the credentials of a request.

    Raise `InvalidRequest` if it authenticates in two ways (RFC 6749 §2.3), `InvalidClient` if as nobody possible.
    """
    names = [name for name, _value in request.decoded_body or ()]
    for name in PARAMETERS:
        # Not left to parsing: of two client ids only one would be authenticated (INV-4).
        if names.count(name) > 1:
            raise InvalidRequest(Reason.PARAMETER_REPEATED, name)
    body = dict(request.decoded_body or ())
    basic = _basic(request.headers.get("Authorization", ""))
    ways = [basic is not None, bool(body.get("client_secret")), bool(body.get("client_assertion"))]
    if sum(ways) > 1 or (basic is not None and body.get("client_id") not in (None, "", basic[0])):
        raise InvalidRequest(Reason.CLIENT_AUTHENTICATED_TWICE)
    client_id, secret = basic or (body.get("client_id", ""), body.get("client_secret", ""))
    if client_id and not _CLIENT_ID.fullmatch(client_id):
        # Such an id must not reach a database that cannot hold it (P11), nor break a log line of the toolkit.
        raise InvalidClient(Reason.CLIENT_AUTHENTICATION_FAILED)
    return Credentials(client_id, secret)


def claimed(request: Any) -> Credentials | None:
    """Return what a request to any endpoint presents, the header before the body; None where it presents nothing."""
    body = dict(request.decoded_body or ())
    basic = _basic(request.headers.get("Authorization", ""))
    if basic is not None:
        return Credentials(*basic, in_header=True)
    if not any(body.get(name) for name in PARAMETERS):
        return None
    return Credentials(body.get("client_id", ""), body.get("client_secret", ""))


def names_another(request: Any, credentials: Credentials) -> bool:
    """True if the body of a request without a grant names another client than the one that authenticates.

    At the token endpoint oauthlib refuses that itself, and says so in its own words.
    """
    body = dict(request.decoded_body or ())
    return not body.get("grant_type") and body.get("client_id") not in (None, "", credentials.client_id)


def _basic(header: str) -> tuple[str, str] | None:
    """Return client id and secret of HTTP Basic (RFC 7617); blank ones where they cannot be read in exactly one way."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":  # RFC 9110 §11.1; or a second authentication would go unnoticed
        return None
    try:
        # Strict: a lenient decoder skips foreign characters, and one secret would have many spellings.
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        return (_decoded(client_id), _decoded(secret)) if colon else ("", "")
    except ValueError:  # neither base64 nor UTF-8
        return "", ""


def _decoded(text: str) -> str:
    """Undo the form encoding of RFC 6749 §2.3.1; raise ValueError where that is not UTF-8."""
    return unquote_to_bytes(text.replace("+", " ")).decode()


def authenticate(request: Any, validator: Any, credentials: Credentials) -> Any:
    """Return the application that the site's validator authenticates; raise `InvalidClient` for any other.

    No blank secret counts, whatever stands beside it: what the validator accepts has been proved in another way.
    """
    with secret_comparison.refusing_blank():
        proved = validator.authenticate_client(request)
    if not proved or request.client is None:
        blank = not credentials.secret
        raise InvalidClient(Reason.CLIENT_SECRET_IS_BLANK if blank else Reason.CLIENT_AUTHENTICATION_FAILED)
    # The validator compares the secret of a public client too; holding one proves nothing.
    if request.client.client_type != request.client.CLIENT_CONFIDENTIAL:
        raise InvalidClient(Reason.CLIENT_IS_PUBLIC)
    return request.client
