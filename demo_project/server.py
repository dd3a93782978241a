"""Serve the site in a thread of this process on loopback."""

from __future__ import annotations

import signal
import ssl
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.apps import apps
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler, get_internal_wsgi_application
from django.db import connections

HOST = "127.0.0.1"
PREFERRED_PORT = 8000


class _Handler(WSGIRequestHandler):
    """A request handler that logs nothing, because the demo shows the requests itself."""

    def log_message(self, *args: Any) -> None:
        """Log nothing."""


class _Server(ThreadedWSGIServer):
    """A server that ignores clients that do not trust its certificate, or do not speak TLS."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report every other error."""
        if not isinstance(sys.exception(), ssl.SSLError):
            super().handle_error(request, client_address)


class PortTaken(Exception):
    """Another program listens on the chosen port."""


class Site:
    """Bind the port at once, so that the address is known; serve inside the block."""

    def __init__(self, port: int | None, *, tls: ssl.SSLContext | None = None) -> None:
        self._server = _bound(port)
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.base_environ["HTTPS"] = "on"
            # The handshake runs in the thread of the request, so that a slow client does not block the others.
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        # The server checks often whether it should end, so that Ctrl-C takes effect at once.
        looking = {"poll_interval": 0.05}
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs=looking, name="site", daemon=True)

    @property
    def address(self) -> str:
        """Return the address of the site."""
        return f"{self._scheme}://{HOST}:{self._server.server_port}"

    def __enter__(self) -> Self:
        application = get_internal_wsgi_application()
        has_files = apps.is_installed("django.contrib.staticfiles")
        self._server.set_app(StaticFilesHandler(application) if has_files else application)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _bound(port: int | None) -> _Server:
    """Return a server on the chosen port; without one, on the usual port or any free one."""
    try:
        return _Server((HOST, PREFERRED_PORT if port is None else port), _Handler)
    except OSError as error:
        if port is not None:
            raise PortTaken(str(error)) from error
        return _Server((HOST, 0), _Handler)


def use_database(file: Path) -> None:
    """Make every connection of this process, in all threads, use this file."""
    connections["default"].close()
    connections.databases["default"]["NAME"] = str(file)


def wait_for_the_end() -> None:
    """Return when Ctrl-C is pressed, or when the process is asked to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        threading.Event().wait()


def port_number(text: str) -> int:
    """Return the port number; raise `ValueError` if the text is not one."""
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise ValueError(text)
    return int(text)
