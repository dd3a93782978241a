"""Send the requests of the benchmark as an ASGI server would."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from django.core.handlers.asgi import ASGIHandler

from benchmarks.wsgi import Answer


class AsynchronousSite:
    """Call the Django site of this process as an ASGI server calls it."""

    def __init__(self) -> None:
        self._application = ASGIHandler()
        self._loop = asyncio.new_event_loop()

    def __call__(self, environ: dict[str, Any]) -> Answer:
        """Answer one request, which is given as a WSGI environment."""
        return self._loop.run_until_complete(self._answer(environ))

    async def _answer(self, environ: dict[str, Any]) -> Answer:
        received = [{"type": "http.request", "body": environ["wsgi.input"].read(), "more_body": False}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if received:
                return received.pop()
            await asyncio.Event().wait()  # the client stays until it has its answer
            raise AssertionError

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._application(_scope(environ), receive, send)
        status = HTTPStatus(sent[0]["status"])
        return Answer(f"{status.value} {status.phrase}", b"".join(part.get("body", b"") for part in sent[1:]))


def _scope(environ: dict[str, Any]) -> dict[str, Any]:
    headers = [
        (name.removeprefix("HTTP_").replace("_", "-").lower().encode(), value.encode())
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
    ]
    return {
        "type": "http",
        "http_version": "1.1",
        "method": environ["REQUEST_METHOD"],
        "scheme": environ["wsgi.url_scheme"],
        "path": environ["PATH_INFO"],
        "raw_path": environ["PATH_INFO"].encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": (environ["REMOTE_ADDR"], int(environ["REMOTE_PORT"])),
        "server": (environ["SERVER_NAME"], int(environ["SERVER_PORT"])),
    }
