"""Step 1: who calls. A confidential client that proved it with a real secret, in one way only."""

from __future__ import annotations

import base64
import re
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from token_exchange.provider import secret_comparison
from token_exchange.sts.errors import InvalidClient, InvalidRequest
from token_exchange.sts.form import Form
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


def form_of(request: Any) -> Form:
    """Return the form of oauthlib's request: of an exchange the one that was read at the door."""
    form = getattr(request, "form", None)  # in other grants this may be a body parameter, which is text
    return form if isinstance(form, Form) else Form.of(request.decoded_body or ())


def presented(form: Form, header: str) -> Credentials:
    """Return the credentials in a form and in the value of the Authorization header.

    Raise `InvalidRequest` if the client authenticates in two ways (RFC 6749 §2.3), `InvalidClient` if the client id is
    malformed.
    """
    for name in PARAMETERS:
        # Checked before parsing: of two client ids only one would be authenticated.
        if name in form.repeated:
            raise InvalidRequest(Reason.PARAMETER_REPEATED, name)
    basic, client_id, secret = _basic(header), form.last("client_id"), form.last("client_secret")
    ways = [basic is not None, bool(secret), "client_assertion" in form.values]
    if sum(ways) > 1 or (basic is not None and client_id not in ("", basic[0])):
        raise InvalidRequest(Reason.CLIENT_AUTHENTICATED_TWICE)
    client_id, secret = basic or (client_id, secret)
    if client_id and not _CLIENT_ID.fullmatch(client_id):
        # Not every database can hold such an id, and a line break in it would break a line of the toolkit's log.
        raise InvalidClient(Reason.CLIENT_AUTHENTICATION_FAILED)
    return Credentials(client_id, secret)


def claimed(form: Form, header: str) -> Credentials | None:
    """Return the credentials that any endpoint is given, the header before the form; None if there are none."""
    basic = _basic(header)
    if basic is not None:
        return Credentials(*basic, in_header=True)
    if form.values.keys().isdisjoint(PARAMETERS):
        return None
    return Credentials(form.last("client_id"), form.last("client_secret"))


def names_another(form: Form, credentials: Credentials) -> bool:
    """True if the body of a request without a grant names another client than the one that authenticates.

    At the token endpoint oauthlib refuses that itself, and says so in its own words.
    """
    return "grant_type" not in form.values and form.last("client_id") not in ("", credentials.client_id)


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
