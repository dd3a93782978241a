"""Run nginx in front of two processes of a site, and end all of them by process id."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROCESSES: Final = 2
SECONDS_TO_START: Final = 60

# TLS would end here; that it does not is no concern of what is measured.
CONFIGURATION: Final = """
daemon off;
master_process off;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    upstream site {{ {servers} }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://site;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto https;
        }}
    }}
}}
"""


def nginx() -> str | None:
    """Return the path of nginx, which Debian puts where only root finds it."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@dataclass(frozen=True, slots=True)
class Proxied:
    """A site behind its proxy: the port to call, and the processes that answer."""

    port: int
    processes: tuple[int, ...]

    def cpu(self) -> float:
        """Return the CPU seconds that the processes of the site have used."""
        return sum(_cpu(process) for process in self.processes)


@contextmanager
def proxied(program: str, directory: Path) -> Iterator[Proxied]:
    """Serve the site of the current settings inside the block."""
    with ExitStack() as stack:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.serving"]
        sites = [
            stack.enter_context(_running(command, stdout=subprocess.PIPE, text=True)) for _process in range(PROCESSES)
        ]
        ports = [int(site.stdout.readline()) for site in sites if site.stdout]
        port = _free_port()
        servers = " ".join(f"server 127.0.0.1:{each};" for each in ports)
        configuration = directory / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(directory=directory, servers=servers, port=port))
        options = ["-p", str(directory), "-e", str(directory / "error.log"), "-c", str(configuration)]
        front = stack.enter_context(_running([program, *options]))
        _wait_for(port, front)
        yield Proxied(port, tuple(site.pid for site in sites))


@contextmanager
def _running(command: list[str], **options: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, **options)  # type: ignore[call-overload]  # handed through
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("nginx did not start")


def _cpu(process: int) -> float:
    """Return user and system time of a process (proc(5): the 14th and the 15th field)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
