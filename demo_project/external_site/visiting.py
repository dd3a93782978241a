"""Use the external site as any other site would: by its addresses, and by signing in for each token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from demo_project.cast import Client, Person
from demo_project.external_site.cast import JOB_TOKEN
from demo_project.logging_in import Provider, sign_in_at
from demo_project.wire import opener, send

CALLBACK = "http://127.0.0.1/callback/"


@dataclass(frozen=True, slots=True)
class ExternalSite:
    """The address of the external site, and the PEM certificate of its authority."""

    address: str
    authority: str

    @property
    def sso(self) -> str:
        """Return the issuer of the ID tokens."""
        return f"{self.address}/sso"

    @property
    def discovery(self) -> str:
        """Return the address of the metadata of that issuer, which a reader can open."""
        return f"{self.sso}/.well-known/openid-configuration"

    @property
    def ci(self) -> str:
        """Return the issuer of the tokens of CI jobs."""
        return f"{self.address}/ci"

    @property
    def legacy(self) -> str:
        """Return the issuer of the old server's tokens."""
        return f"{self.address}/legacy"

    @property
    def job_tokens(self) -> str:
        """Return the address where a CI job gets its token, as in GitHub's `ACTIONS_ID_TOKEN_REQUEST_URL`."""
        return f"{self.ci}/token"

    def id_token(self, person: Person, client: Client) -> str:
        """Return the ID token that a client of the external site gets when a user has signed in."""
        return str(self._sign_in(self.sso, "openid profile", person, client)["id_token"])

    def opaque_token(self, person: Person, client: Client) -> str:
        """Return the access token that a client of the old server gets when a user has signed in."""
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
