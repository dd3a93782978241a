"""Paste lines that a reader copies into a shell, one after the other."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tests.worlds.running_demo import CHECKOUT

# Where there is no curl: the few options that the printed lines use.
STAND_IN = """#!{python}
import base64, ssl, sys, urllib.error, urllib.request

arguments, fields, headers, url, ending, authorities, silent = sys.argv[1:], [], {{}}, "", "", None, False
while arguments:
    word = arguments.pop(0)
    if word == "-d":
        fields.append(arguments.pop(0))
    elif word == "-H":
        name, _, value = arguments.pop(0).partition(": ")
        headers[name] = value
    elif word == "-u":
        headers["Authorization"] = "Basic " + base64.b64encode(arguments.pop(0).encode()).decode()
    elif word in ("-sw", "-w"):
        ending = arguments.pop(0).replace("\\\\n", "\\n")
    elif word == "--cacert":
        authorities = arguments.pop(0)
    elif word == "-o":
        silent = arguments.pop(0) == "/dev/null"
    else:
        url = word
request = urllib.request.Request(url, "&".join(fields).encode() if fields else None, headers)
tls = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authorities))
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}), tls)
try:
    answer = opener.open(request)
except urllib.error.HTTPError as error:
    answer = error
body = "" if silent else answer.read().decode()
sys.stdout.write(body + ending.replace("%{{http_code}}", str(answer.status)))
"""


def path_with_curl(path, directory):
    """Return the path, preceded by a directory with curl if the path has none."""
    if shutil.which("curl", path=path):
        return path
    stand_in = directory / "curl"
    stand_in.write_text(STAND_IN.format(python=sys.executable))
    stand_in.chmod(0o755)
    return f"{directory}:{path}"


def pasted(running, directory):
    """Return the shell's output for the lines that a running demo offers."""
    answer = subprocess.run(
        ["sh"],
        input=running.lines_to_copy,
        cwd=CHECKOUT,
        env={**running.environment, "PATH": path_with_curl(running.environment["PATH"], directory)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.stderr == ""
    return answer.stdout
