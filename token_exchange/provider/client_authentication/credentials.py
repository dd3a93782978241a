"""Read the credentials of a client, and authenticate it: it must be confidential, and use one method only."""

from __future__ import annotations

import base64
import re
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from token_exchange.provider.client_authentication import secret_comparison
from token_exchange.sts.errors import InvalidClient, InvalidRequest
from token_exchange.sts.form import Form
from token_exchange.sts.reasons import Reason

PARAMETERS: Final = ("client_id", "client_secret", "client_assertion", "client_assertion_type")
"""Parameters of a body that authenticate a client (RFC 6749 §2.3.1, RFC 7521 §4.2)."""
_CLIENT_ID: Final = re.compile(r"[\x20-\x7e]{1,255}")


class Credentials(NamedTuple):
    """Holds a client id and a secret as they were presented; neither has been verified."""

    client_id: str
    secret: str
    """Empty if none was presented."""
    in_header: bool = False

    def are_of(self, client_id: str) -> bool:
        """True if these are credentials of this client. An assertion in the body does not need to name the client."""
        return self.client_id == client_id or not (self.client_id or self.in_header)


def form_of(request: Any) -> Form:
    """Return the form of an oauthlib request; for an exchange it is the one that the backend has read."""
    form = getattr(request, "form", None)  # in other grants a body parameter may have this name; it is a text
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
    """True if the form of a request without a grant names another client than the one that authenticates.

    At the token endpoint oauthlib refuses that itself, with its own error.
    """
    return "grant_type" not in form.values and form.last("client_id") not in ("", credentials.client_id)


def _basic(header: str) -> tuple[str, str] | None:
    """Return client id and secret of HTTP Basic (RFC 7617), empty if malformed; None for another scheme."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":  # compared without case (RFC 9110 §11.1): `BASIC` is a second authentication too
        return None
    try:
        # Strict: a lenient decoder skips characters outside the alphabet, so one secret would have many spellings.
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        return (_decoded(client_id), _decoded(secret)) if colon else ("", "")
    except ValueError:  # neither base64 nor UTF-8
        return "", ""


def _decoded(text: str) -> str:
    """Return the text without the form encoding of RFC 6749 §2.3.1; raise ValueError if it is not UTF-8."""
    return unquote_to_bytes(text.replace("+", " ")).decode()


def authenticate(request: Any, validator: Any, credentials: Credentials) -> Any:
    """Return the application that the site's validator authenticates; raise `InvalidClient` if it does not.

    A blank secret never matches. If the validator still accepts the request, the client proved its identity otherwise,
    for example by an assertion.
    """
    with secret_comparison.refusing_blank():
        is_authenticated = validator.authenticate_client(request)
    if not is_authenticated or request.client is None:
        is_blank = not credentials.secret
        raise InvalidClient(Reason.CLIENT_SECRET_IS_BLANK if is_blank else Reason.CLIENT_AUTHENTICATION_FAILED)
    # The validator compares secrets of public clients too. Every user who has the program can read such a secret.
    if request.client.client_type != request.client.CLIENT_CONFIDENTIAL:
        raise InvalidClient(Reason.CLIENT_IS_PUBLIC)
    return request.client
