"""One process of a site: serves on a free port of loopback, says which, and ends with SIGTERM.

python -m benchmarks.serving
"""

from __future__ import annotations

import sys
from typing import Any


def main() -> int:
    """Serve until told to stop."""
    import django

    django.setup()
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Handler(WSGIRequestHandler):
        """Writes no line for each request."""

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Handler)
    server.set_app(get_wsgi_application())
    print(server.server_port, flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
