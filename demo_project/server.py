"""The site, served by a thread of this process on loopback."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Self

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler, get_internal_wsgi_application

HOST = "127.0.0.1"
PREFERRED_PORT = 8000


class _Handler(WSGIRequestHandler):
    """Serves without a line for every request: the story is told elsewhere."""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class PortTaken(Exception):
    """Somebody else listens where the reader wants the demo to."""


class Site:
    """Binds at once, so that the address is known; serves while it is entered."""

    def __init__(self, port: int | None) -> None:
        self._server = _bound(port)
        self._thread = threading.Thread(target=self._server.serve_forever, name="site", daemon=True)

    @property
    def address(self) -> str:
        """Where it is to be found."""
        return f"http://{HOST}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._server.set_app(StaticFilesHandler(get_internal_wsgi_application()))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _bound(port: int | None) -> ThreadedWSGIServer:
    """The port that was asked for; without one the usual, else any that is free."""
    try:
        return ThreadedWSGIServer((HOST, PREFERRED_PORT if port is None else port), _Handler)
    except OSError as error:
        if port is not None:
            raise PortTaken(str(error)) from error
        return ThreadedWSGIServer((HOST, 0), _Handler)
