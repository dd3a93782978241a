"""The outside site as seen from here: its addresses, and how to come by each of its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from demo_project.cast import Client, Person
from demo_project.logging_in import Provider, sign_in_at
from demo_project.outside.cast import JOB_TOKEN
from demo_project.wire import opener, send

CALLBACK = "http://127.0.0.1/callback/"


@dataclass(frozen=True, slots=True)
class Outside:
    """Where the outside site is, and the PEM of the authority that vouches for it."""

    address: str
    authority: str

    @property
    def sso(self) -> str:
        """The issuer of ID tokens."""
        return f"{self.address}/sso"

    @property
    def discovery(self) -> str:
        """A page to look at: what the issuer of ID tokens says of itself."""
        return f"{self.sso}/.well-known/openid-configuration"

    @property
    def ci(self) -> str:
        """The issuer of the tokens of CI jobs."""
        return f"{self.address}/ci"

    @property
    def legacy(self) -> str:
        """The old authorization server."""
        return f"{self.address}/legacy"

    @property
    def job_tokens(self) -> str:
        """Where a CI job asks for its token, as in GitHub's `ACTIONS_ID_TOKEN_REQUEST_URL`."""
        return f"{self.ci}/token"

    def id_token(self, person: Person, client: Client) -> str:
        """Return the ID token that a client there gets when a person has signed in."""
        return str(self._sign_in(self.sso, "openid profile", person, client)["id_token"])

    def opaque_token(self, person: Person, client: Client) -> str:
        """Return the access token that a client of the old server gets when a person has signed in."""
        return str(self._sign_in(self.legacy, "orders", person, client)["access_token"])

    def job_token(self, audience: str) -> str:
        """Return the JWT that the CI gives its running job for an audience."""
        url = f"{self.job_tokens}?{urlencode({'audience': audience})}"
        return str(send(url, bearer=JOB_TOKEN, by=opener(authority=self.authority)).json["value"])

    def _sign_in(self, endpoints: str, scope: str, person: Person, client: Client) -> dict[str, Any]:
        provider = Provider(
            site=self.address, endpoints=endpoints, callback=CALLBACK, scope=scope, authority=self.authority
        )
        return sign_in_at(provider, person, client)
