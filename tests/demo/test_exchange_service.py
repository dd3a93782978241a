"""The dedicated exchange service, run as a process, exchanges external tokens and has no login."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
import requests

from demo_project.story.forging import forged_copy
from tests.worlds import shell
from tests.worlds.running_demo import RunningService, authorities, job_token, run
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE, ID_TOKEN, JWT


def rows(service, statement):
    """Ask its database."""
    with closing(sqlite3.connect(service.database)) as connection:
        return connection.execute(statement).fetchall()


def latest_reasons(service, number):
    """Why it refused, the last first."""
    refused = "SELECT reason FROM token_exchange_exchangerecord WHERE outcome = 'refused'"
    return [reason for (reason,) in rows(service, f"{refused} ORDER BY id DESC LIMIT {number}")]


@pytest.fixture(scope="module")
def http(service):
    """A session that believes the two sites, and nobody else."""
    session = requests.Session()
    session.trust_env, session.verify = False, authorities(service)
    return session


@pytest.fixture
def post(service, http):
    """A function that posts a form to the token endpoint as a client."""

    def post(client, **form):
        credentials = service.told["clients"][client]
        basic = (credentials["client_id"], credentials["client_secret"])
        return http.post(service.told["token_endpoint"], form, auth=basic, timeout=30)

    return post


@pytest.fixture
def trade(post):
    """A function that trades a token as a client."""

    def trade(client, token, token_type, scope):
        form = {"grant_type": GRANT_TYPE, "subject_token": token, "subject_token_type": token_type}
        return post(client, **form, audience="back-api", scope=scope)

    return trade


@pytest.fixture
def introspect(service, http):
    """A function that asks about a token as the back API."""
    back = service.told["clients"]["back"]

    def introspect(token):
        basic = (back["client_id"], back["client_secret"])
        return http.post(service.told["introspection_endpoint"], {"token": token}, auth=basic, timeout=30).json()

    return introspect


def test_a_user_of_the_external_site_is_created(service, trade, introspect):
    """An ID token becomes a token with the portal acting; its user came to be with it, and can never log in."""
    answer = trade("portal", service.told["outside"]["id_token"], ID_TOKEN, "orders:read")
    assert answer.status_code == 200, answer.text
    told = introspect(answer.json()["access_token"])

    assert (told["username"], told["act"]["sub"], told["scope"]) == ("a.liddell", "client:portal", "orders:read")
    ((username, password),) = rows(service, "SELECT username, password FROM auth_user")
    assert (username, password[0]) == ("a.liddell", "!")  # Django's mark of a password that nothing matches


def test_a_job_needs_no_user(service, trade, introspect):
    """A CI job asks for its JWT and trades it: a workload, known by issuer and subject."""
    answer = trade("deploy", job_token(service), JWT, "releases:write")
    assert answer.status_code == 200, answer.text
    told = introspect(answer.json()["access_token"])

    assert "username" not in told
    assert told["sub"].endswith("/ci#repo:octo-shop@65/storefront@74:ref:refs/heads/main")


def test_a_token_that_the_external_site_did_not_sign_is_refused(service, trade):
    """A forged token, and one for another audience: the same answer to both, told apart in the record."""
    outside = service.told["outside"]
    forged = trade("portal", forged_copy(outside["id_token"]), ID_TOKEN, "orders:read")
    misused = trade("portal", outside["id_token_for_another_audience"], ID_TOKEN, "orders:read")

    assert (forged.status_code, forged.json()["error"]) == (400, "invalid_request")
    assert forged.text == misused.text
    assert latest_reasons(service, 2) == ["claims_invalid", "signature_invalid"]


def test_its_own_tokens_are_no_subject_tokens(service, trade):
    """Every subject token comes from outside: what the service itself issued is not traded on."""
    own = trade("portal", service.told["outside"]["id_token"], ID_TOKEN, "orders:read").json()["access_token"]
    answer = trade("portal", own, ACCESS_TOKEN, "orders:read")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert latest_reasons(service, 1) == ["token_type_unsupported"]


@pytest.mark.parametrize(
    "path", ["login/", "accounts/login/", "admin/", "o/authorize/", "o/device/", "o/applications/"]
)
def test_there_is_nowhere_to_log_in(service, http, path):
    """No page for it, no authorization endpoint, no admin."""
    assert http.get(f"{service.told['base_url']}/{path}", timeout=30).status_code == 404


def test_its_rows_are_written_elsewhere(service, trade):
    """Another site on its database withdraws trust in the CI, and gives it back: the service goes by that at once."""
    told = "from token_exchange.models import TrustedIssuer; TrustedIssuer.objects.filter(name='CI').update(enabled={})"
    answers = []
    for enabled in (True, False, True):
        written = run("shell", "-c", told.format(enabled), DEMO_DATABASE=str(service.database))
        assert written.returncode == 0, written.stderr
        answers.append(trade("deploy", job_token(service), JWT, "releases:write").status_code)

    assert answers == [200, 400, 200]


@pytest.mark.parametrize("grant", ["authorization_code", "password", "client_credentials", "refresh_token"])
def test_there_is_one_grant(post, grant):
    """Whatever else gives out tokens is not there, even to a client that proves who it is."""
    answer = post("portal", grant_type=grant, username="a.liddell", password="", code="any", refresh_token="any")

    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})


def test_its_metadata_say_so(service, http):
    """One grant, no response type, no authorization endpoint (RFC 8414 §2)."""
    told = http.get(service.told["metadata"], timeout=30).json()

    assert (told["grant_types_supported"], told["response_types_supported"]) == ([GRANT_TYPE], [])
    assert "authorization_endpoint" not in told
    assert told["token_endpoint"] == service.told["token_endpoint"]


def test_its_lines_to_copy_do_what_they_say(service, tmp_path):
    """The job's exchange, whose the new token is, and the status of the authorization endpoint."""
    traded, told, status = shell.pasted(service, tmp_path).splitlines()

    assert json.loads(traded)["scope"] == "releases:write"
    assert json.loads(told)["act"]["sub"] == "client:portal"
    assert status == "404"


def test_the_settings_pass_djangos_own_checks():
    """Nothing of the app's is missing in them, for deployment as well."""
    answer = run("check", "--deploy", "--settings", RunningService.SETTINGS)

    assert answer.returncode == 0
    assert "token_exchange." not in answer.stderr
