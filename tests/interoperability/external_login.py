"""oidc-provider from npm as a process of its own, and somebody who logs in there with a browser's means."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests

from tests.worlds.key_server import authority_and_certificate
from tests.worlds.world import CALLBACK, CHALLENGE, VERIFIER

FOLDER = Path(__file__).parent / "external_issuer"


class ExternalIssuer:
    """The running process: its `issuer`, the `ca_bundle` that vouches for it, and `login`, which yields its tokens."""

    def __init__(self, folder):
        self.ca_bundle, pem = authority_and_certificate()
        (folder / "server.pem").write_bytes(pem)
        (folder / "authority.pem").write_text(self.ca_bundle)
        self._authority = str(folder / "authority.pem")
        self.process = subprocess.Popen(
            ["node", "provider.mjs", str(folder / "server.pem")],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.issuer = self.process.stdout.readline().strip()
        if not self.issuer:
            self.stop()
            pytest.fail("oidc-provider did not start")

    def stop(self):
        """End the process, and wait for its end."""
        self.process.communicate(timeout=30)

    def login(self, name, client="this-site"):
        """The answer of its token endpoint to somebody's login through one of its clients."""
        with requests.Session() as browser:
            browser.verify, browser.trust_env = self._authority, False
            code = self._code(browser, name, client)
            form = {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": CALLBACK,
                "code_verifier": VERIFIER,
            }
            answer = browser.post(f"{self.issuer}/token", form, auth=(client, f"secret-of-{client}"), timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _code(self, browser, name, client):
        """Follow its pages, log in, consent, and return the code that the client is handed."""
        asked = {
            "client_id": client,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        page = browser.get(f"{self.issuer}/auth", params=asked, timeout=30)
        for prompt in ("login", "consent"):
            action = urljoin(page.url, re.search(r'action="([^"]+)"', page.text)[1])
            page = self._submitted(browser, action, {"prompt": prompt, "login": name, "password": "any"})
        return parse_qs(urlsplit(page).query)["code"][0]

    def _submitted(self, browser, action, form):
        """Where a form leads: the next page, or the client's address, which is not visited."""
        answer = browser.post(action, form, allow_redirects=False, timeout=30)
        while answer.is_redirect:
            target = urljoin(answer.url, answer.headers["Location"])
            if target.startswith(CALLBACK):
                return target
            answer = browser.get(target, allow_redirects=False, timeout=30)
        return answer
