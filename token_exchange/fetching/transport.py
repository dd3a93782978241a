"""Send one HTTPS request to a checked address: without redirect, proxy or compression, in bounded time and size.

Why not requests or urllib3? requests looks up the host itself when it connects, so the address that is used need not be
the one that was checked. urllib3 can connect to a checked address, but neither can bound the time of the DNS look-up:
that needs a thread in any case, and the rest is then a few lines on `http.client`.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from threading import Thread
from time import monotonic
from typing import Final
from urllib.parse import SplitResult, urlsplit

from token_exchange.fetching.addresses import allowed_addresses
from token_exchange.fetching.location import Reach
from token_exchange.fetching.outcomes import Unreachable

MAX_BYTES: Final = 262_144
SECONDS: Final = 5.0
"""The limit for the whole request: DNS, connection, handshake and response."""


class _Connection(HTTPSConnection):
    """Connect to checked addresses only; the certificate must still name the host."""

    def __init__(self, host: str, port: int, reach: Reach) -> None:
        self._reach = reach
        self._context = ssl.create_default_context(cadata=reach.ca_bundle or None)
        super().__init__(host, port, timeout=SECONDS, context=self._context)

    def connect(self) -> None:
        for address in allowed_addresses(self.host, self.port, private_network=self._reach.private_network):
            try:
                plain = socket.create_connection(address, timeout=SECONDS)
            except OSError:
                continue
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host)
            return
        raise Unreachable("connection_failed")


def request(
    url: str, reach: Reach, *, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> bytes:
    """Return the body of a response with status 200; raise `Unreachable` otherwise, after `SECONDS` at the latest."""
    target = _target(url)
    attempt = _Attempt(_Connection(target.hostname or "", target.port or 443, reach))
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    sent = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
    return attempt.within(SECONDS, method, path, body, sent)


def _target(url: str) -> SplitResult:
    try:
        target = urlsplit(url)
        _ = target.port
    except ValueError as error:
        raise Unreachable("url_invalid") from error
    if target.scheme != "https" or not target.hostname or "@" in target.netloc or target.fragment:
        raise Unreachable("url_invalid")
    return target


class _Attempt:
    """Run a request in its own thread, so that nothing slow, not even a name server, blocks the caller for longer."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._body: bytes | None = None
        self._failure: Unreachable | None = None

    def within(self, seconds: float, *sending: object) -> bytes:
        thread = Thread(target=self._run, args=(monotonic() + seconds, sending), daemon=True)
        thread.start()
        thread.join(seconds)
        if thread.is_alive():
            self._connection.close()  # also ends the wait in the thread
            raise Unreachable("too_slow")
        if self._body is None:
            raise self._failure or Unreachable("failed")
        return self._body

    def _run(self, deadline: float, sending: tuple[object, ...]) -> None:
        try:
            self._connection.request(*sending)  # type: ignore[arg-type]  # method, path, body, headers
            with self._connection.getresponse() as response:
                self._body = _read(response, deadline)
        except Unreachable as failure:
            self._failure = failure
        except ssl.SSLError:
            self._failure = Unreachable("certificate_refused")
        except (OSError, HTTPException, ValueError):
            self._failure = Unreachable("connection_failed")
        finally:
            self._connection.close()


def _read(response: HTTPResponse, deadline: float) -> bytes:
    # A redirect is refused too: it could lead to a server that the administrator never named (GHSA-9v7f-9g4p-ffgj).
    if response.status != 200:
        raise Unreachable(f"status_{response.status}")
    if response.getheader("Content-Encoding", "identity").lower() != "identity":
        raise Unreachable("compressed")
    if "html" in response.getheader("Content-Type", ""):
        raise Unreachable("not_json")
    body = bytearray()
    while chunk := response.read1(65_536):
        body += chunk
        if len(body) > MAX_BYTES:
            raise Unreachable("too_large")
        if monotonic() > deadline:
            raise Unreachable("too_slow")
    return bytes(body)
