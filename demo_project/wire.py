"""Send HTTP requests with the standard library, without following redirects."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlencode
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

Form = dict[str, str]
SECONDS_TO_WAIT = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a server."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """Return the body as an object; empty if it is not one."""
        content = json.loads(self.body) if self.body else {}
        return content if isinstance(content, dict) else {}


class _FollowNothing(HTTPRedirectHandler):
    """Return a redirect as an answer, because it contains the authorization code."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def opener(cookies: CookieJar | None = None, *, authority: str = "") -> OpenerDirector:
    """Return an opener that uses no proxy, which could not reach loopback.

    `authority` is the PEM certificate of the authority to trust for TLS; without it, no server is trusted.
    """
    handlers = [ProxyHandler({}), _FollowNothing(), HTTPSHandler(context=_context(authority))]
    return build_opener(*handlers, *([] if cookies is None else [HTTPCookieProcessor(cookies)]))


def _context(authority: str) -> ssl.SSLContext:
    # Loading the system's authorities would take longer than a request, and none of them is used here.
    return ssl.create_default_context(cadata=authority) if authority else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def send(
    url: str,
    form: Mapping[str, str | Sequence[str]] | None = None,
    *,
    bearer: str = "",
    basic: tuple[str, str] | None = None,
    referer: str = "",
    by: Any = None,
) -> Answer:
    """GET a URL, or POST a form to it, with a bearer token or with a client's id and secret."""
    request = Request(url, None if form is None else urlencode(form, doseq=True).encode())
    if referer:
        request.add_header("Referer", referer)
    if bearer:
        request.add_header("Authorization", f"Bearer {bearer}")
    if basic:
        # RFC 6749 §2.3.1: both parts are form-encoded first.
        credentials = ":".join(map(quote_plus, basic))
        request.add_header("Authorization", f"Basic {base64.b64encode(credentials.encode()).decode()}")
    try:
        with (by or opener()).open(request, timeout=SECONDS_TO_WAIT) as response:
            return Answer(response.status, response.headers, response.read())
    except HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())
