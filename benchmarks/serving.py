"""Serve a site in one process on a free loopback port, print the port, and end with SIGTERM.

python -m benchmarks.serving
"""

from __future__ import annotations

import sys
from typing import Any


def main() -> int:
    """Serve until SIGTERM."""
    import django

    django.setup()
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Handler(WSGIRequestHandler):
        """A request handler that logs nothing."""

        def log_message(self, *args: Any) -> None:
            """Log nothing."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Handler)
    server.set_app(get_wsgi_application())
    print(server.server_port, flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
