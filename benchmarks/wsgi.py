"""Send the requests of the benchmark as a WSGI server would, so that only the work of the site is measured."""

from __future__ import annotations

import io
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler

from tests.worlds.world import basic_header


class Answer(NamedTuple):
    """Status line and body of an answer."""

    status: str
    body: bytes


def environ(path: str, form: Any, *, client_id: str, secret: str) -> dict[str, Any]:
    """Return the environment of a POST over HTTPS, as gunicorn creates it for a request of an ordinary client."""
    body = urlencode(form).encode()
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "RAW_URI": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "benchmark",
        "REMOTE_ADDR": "192.0.2.1",
        "REMOTE_PORT": "50000",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "auth.example.org",
        "HTTP_ACCEPT": "*/*",
        "HTTP_USER_AGENT": "benchmark/1",
        "HTTP_AUTHORIZATION": basic_header(client_id, secret),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


class Site:
    """Call the Django site of this process as a WSGI server calls it."""

    def __init__(self) -> None:
        self._application = WSGIHandler()
        self._status = ""

    def __call__(self, environ: dict[str, Any]) -> Answer:
        """Answer one request."""
        response = self._application(environ, self._start_response)
        body = b"".join(response)
        response.close()
        return Answer(self._status, body)

    def _start_response(self, status: str, headers: Any, exc_info: Any = None) -> None:
        self._status = status
