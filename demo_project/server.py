"""The site, served by a thread of this process on loopback."""

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
    """Serves without a line for every request: the story is told elsewhere."""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class _Server(ThreadedWSGIServer):
    """Takes no notice of whoever does not trust its certificate, or speaks no TLS at all."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report anything else."""
        if not isinstance(sys.exception(), ssl.SSLError):
            super().handle_error(request, client_address)


class PortTaken(Exception):
    """Somebody else listens where the reader wants the demo to."""


class Site:
    """Binds at once, so that the address is known; serves while it is entered."""

    def __init__(self, port: int | None, *, tls: ssl.SSLContext | None = None) -> None:
        self._server = _bound(port)
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.base_environ["HTTPS"] = "on"
            # The handshake waits for the thread of the request: nobody who is slow holds up the others.
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        # It looks often whether it is to end: nobody likes to wait for that.
        looking = {"poll_interval": 0.05}
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs=looking, name="site", daemon=True)

    @property
    def address(self) -> str:
        """Where it is to be found."""
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
    """The port that was asked for; without one the usual, else any that is free."""
    try:
        return _Server((HOST, PREFERRED_PORT if port is None else port), _Handler)
    except OSError as error:
        if port is not None:
            raise PortTaken(str(error)) from error
        return _Server((HOST, 0), _Handler)


def use_database(file: Path) -> None:
    """Let every connection of this process, whichever thread opens it, use this file."""
    connections["default"].close()
    connections.databases["default"]["NAME"] = str(file)


def wait_for_the_end() -> None:
    """Return when Ctrl-C is pressed, or whoever started this process ends it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        threading.Event().wait()


def port_number(text: str) -> int:
    """Read an option; raise `ValueError` for what is no port."""
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise ValueError(text)
    return int(text)
