"""google-auth's credentials of a workload, configured by a file as for workload identity federation."""

from __future__ import annotations

import json

import pytest
import requests
from google.auth.exceptions import OAuthError
from google.auth.identity_pool import Credentials
from google.auth.transport.requests import AuthorizedSession, Request

from tests.worlds.running_demo import authorities, job_token
from token_exchange.sts.vocabulary import ID_TOKEN, JWT

pytestmark = [pytest.mark.compliance("RFC 8693", "2.1"), pytest.mark.compliance("RFC 8693", "2.2.1")]


def credentials_of(site, directory, source, *, client="deploy", scopes=("releases:write",), **changes):
    """The credentials that the library makes of a configuration file; a member given as None is left out."""
    members = {
        "type": "external_account",
        "audience": "back-api",
        "subject_token_type": JWT,
        "token_url": site.told["token_endpoint"],
        "credential_source": source,
        **site.told["clients"][client],
        **changes,
    }
    file = directory / "credentials.json"
    file.write_text(json.dumps({name: value for name, value in members.items() if value is not None}))
    return Credentials.from_file(str(file), scopes=scopes)


@pytest.fixture(params=["demo", "service"], ids=["over HTTP", "over TLS"])
def site(request):
    """The demo, and the dedicated exchange service."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def transport(site):
    """The library's own transport, told whom to believe on this machine."""
    session = requests.Session()
    session.trust_env, session.verify = False, authorities(site)
    return Request(session)


@pytest.fixture
def configured(site, tmp_path):
    """A function that has the library read a configuration for the site."""

    def configure(source, **fields):
        return credentials_of(site, tmp_path, source, **fields)

    return configure


@pytest.fixture
def kept(tmp_path):
    """A function that keeps a token in a file, and returns the source that a configuration names it by."""

    def keep(token):
        file = tmp_path / "subject_token"
        file.write_text(token)
        return {"file": str(file)}

    return keep


def test_a_token_in_a_file(site, configured, kept, transport):
    """The job's JWT lies in a file: the library reads it, exchanges it, and knows what it got."""
    credentials = configured(kept(job_token(site)))
    credentials.refresh(transport)

    assert credentials.valid
    back = site.told["clients"]["back"]
    told = requests.post(
        site.told["introspection_endpoint"],
        {"token": credentials.token},
        auth=(back["client_id"], back["client_secret"]),
        verify=authorities(site),
        timeout=30,
    ).json()
    assert (told["client_id"], told["scope"], "username" in told) == ("deploy", "releases:write", False)
    assert told["sub"].endswith("repo:octo-shop@65/storefront@74:ref:refs/heads/main")


def test_a_token_behind_a_url(site, configured, transport):
    """The library asks the CI for the job's JWT itself, as GitHub's own configuration has it."""
    job = site.told["outside"]["job"]
    url = requests.Request("GET", job["url"], params={"audience": job["audience"]}).prepare().url
    source = {
        "url": url,
        "headers": {"Authorization": job["authorization"]},
        "format": {"type": "json", "subject_token_field_name": "value"},
    }
    credentials = configured(source)
    credentials.refresh(transport)

    assert credentials.valid


def test_a_persons_id_token(site, configured, kept, transport):
    """Single sign-on, with all that the policy allows where no scope is named."""
    source = kept(site.told["outside"]["id_token"])
    credentials = configured(source, client="portal", subject_token_type=ID_TOKEN, scopes=None)
    credentials.refresh(transport)

    assert credentials.valid


def test_its_session_calls_the_api(demo, kept, tmp_path):
    """The library refreshes by itself and calls the back API, which sees a job and no user."""
    with AuthorizedSession(credentials_of(demo, tmp_path, kept(job_token(demo)))) as session:
        answer = session.post(f"{demo.told['base_url']}/back/releases/", timeout=30)

    assert (answer.status_code, answer.json()["user"]) == (201, None)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"audience": "payroll"}, "invalid_target", id="another target"),
        pytest.param({"scopes": ("orders:read",)}, "invalid_scope", id="another scope"),
        pytest.param({"subject_token_type": ID_TOKEN}, "invalid_request", id="another type"),
        pytest.param({"client_secret": "wrong"}, "invalid_client", id="another secret"),
        pytest.param({"client_id": None, "client_secret": None}, "invalid_client", id="no client"),
    ],
)
def test_it_understands_a_refusal(site, configured, kept, transport, changes, error):
    """The library raises its own error, with our code in it."""
    credentials = configured(kept(job_token(site)), **changes)

    with pytest.raises(OAuthError, match=error):
        credentials.refresh(transport)
