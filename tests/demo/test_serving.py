"""The demo keeps serving: its JSON file, its pages, its lines to copy, and its end."""

from __future__ import annotations

import json
import re
import stat

import pytest
import requests

from tests.worlds import shell
from tests.worlds.running_demo import RunningDemo, authorities, job_token, run


class TestFile:
    """What a client from outside is told."""

    def test_only_its_owner_can_read_it(self, demo):
        """Mode 0600, although a file of that name was there for everyone to read."""
        assert stat.S_IMODE(demo.file.stat().st_mode) == 0o600

    def test_it_tells_all_that_is_needed(self, demo):
        """Addresses that answer, clients with their secrets, users with their passwords, tokens that live."""
        told = demo.told

        assert requests.get(told["base_url"], timeout=30).status_code == 200
        assert told["token_endpoint"] == requests.get(told["metadata"], timeout=30).json()["token_endpoint"]
        assert told["clients"]["front"] == {"client_id": "front", "client_secret": "front-secret"}
        assert told["clients"]["spa"]["client_secret"] is None
        assert told["users"]["alice"]["password"] == "alice-password"
        assert {*told["subject_tokens"]} == {"alice", "bob", "bob_at_partner"}
        assert told["process"] == demo.process.pid

    def test_it_shows_where_external_tokens_come_from(self, demo):
        """Where a CI job asks for its token, whom to believe there, and that nobody else is given one."""
        url, stranger = demo.told["outside"]["job"]["url"], {"Authorization": "Bearer of-nobody"}

        assert job_token(demo).count(".") == 2
        assert requests.get(url, headers=stranger, verify=authorities(demo), timeout=30).status_code == 401
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(url, timeout=30)

    def test_the_resource_that_it_names_is_a_registered_one(self, demo):
        """A client that asks for the address that it is going to call gets a token for it."""
        told, front = demo.told, demo.told["clients"]["front"]
        form = {
            "grant_type": told["grant_type"],
            "subject_token": told["subject_tokens"]["alice"]["token"],
            "subject_token_type": told["subject_tokens"]["alice"]["token_type"],
            "resource": told["protected_resource"],
        }
        credentials = (front["client_id"], front["client_secret"])
        answer = requests.post(told["token_endpoint"], data=form, auth=credentials, timeout=30)
        assert answer.status_code == 200, answer.text
        bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        assert requests.get(told["protected_resource"], headers=bearer, timeout=30).status_code == 200

    @pytest.mark.parametrize("path", [".well-known/openid-configuration", ".well-known/jwks.json", "userinfo/"])
    def test_what_the_demo_leaves_off_is_not_found(self, demo, path):
        """A client that looks for OpenID Connect first learns by a 404 that there is none."""
        assert requests.get(f"{demo.told['base_url']}/o/{path}", timeout=30).status_code == 404

    def test_it_is_written_whole(self, demo):
        """Nothing unfinished lies beside it."""
        assert [path.name for path in demo.file.parent.iterdir() if path.name.startswith(".")] == []


def signed_in(demo, name):
    """A browser in which one of the users has signed in, with the password as told."""
    browser, page = requests.Session(), f"{demo.told['base_url']}/login/"
    browser.get(page, timeout=30)
    posted(browser, page, username=name, password=demo.told["users"][name]["password"])
    return browser


def posted(browser, page, **form):
    """The answer to a form, sent with the token that protects it."""
    return browser.post(page, {**form, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}, timeout=30)


class TestPages:
    """What a reader sees in a browser."""

    def test_the_start_page_explains_and_leads_on(self, demo):
        """It names the parties and links to the records."""
        page = requests.get(demo.told["base_url"], timeout=30).text

        assert "front, acting for alice" in page
        assert "/admin/token_exchange/exchangerecord/" in page

    def test_the_admin_lets_its_reader_in(self, demo):
        """With the login as printed, the records of the story are there, static files and all."""
        base = demo.told["base_url"]
        browser = requests.Session()
        browser.get(f"{base}/admin/login/", timeout=30)
        assert "sign in as admin with the password admin" in demo.output
        form = {"username": "admin", "password": "admin", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        browser.post(f"{base}/admin/login/?next=/admin/", form, timeout=30)
        records = browser.get(f"{base}/admin/token_exchange/exchangerecord/", timeout=30)

        assert records.status_code == 200
        assert "not_permitted_by_any_policy" in records.text
        assert requests.get(f"{base}/static/token_exchange/admin.css", timeout=30).status_code == 200

    def test_a_letter_is_shown_in_the_terminal(self, demo):
        """Whoever makes a token for a script gets a letter, which goes nowhere; the token is in neither."""
        form = {"name": "backup", "targets": "back-api", "scopes": "orders:read", "lifetime": "7"}
        page = posted(signed_in(demo, "bob"), f"{demo.told['base_url']}/account/tokens/new/", **form)
        (value,) = {*re.findall(r"txpat_\w+", page.text)}

        demo.wait_for_line("e-mail to bob@example.org: ")
        assert value not in demo.output

    def test_the_apis_are_there(self, demo):
        """For people's own tokens and for tickets: whoever has no token of theirs is told to bring one."""
        for api in ("personal-access-tokens", "impersonation-tickets"):
            answer = requests.get(f"{demo.told['base_url']}/api/{api}/", timeout=30)

            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    @pytest.mark.parametrize("path", ["", "login/", "callback/", "admin/login/", "account/tokens/", "nowhere/"])
    def test_every_page_has_a_strict_policy(self, demo, path):
        """No script or style but from the site's own files, and no page of somebody else's around it."""
        answer = requests.get(f"{demo.told['base_url']}/{path}", allow_redirects=False, timeout=30)
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))

        assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
        assert policy["frame-ancestors"] == "'none'"

    def test_a_login_without_a_waiting_client_ends_on_a_page(self, demo):
        """Whoever follows an authorization by hand sees the code, and no error page."""
        page = requests.get(f"{demo.told['redirect_uri']}?code=a-code", timeout=30)

        assert (page.status_code, "a-code" in page.text) == (200, True)


@pytest.fixture(scope="module")
def pasted(demo, tmp_path_factory):
    """What the shell answers, a JSON document a line, and the explanation after them."""
    return shell.pasted(demo, tmp_path_factory.mktemp("shell"))


@pytest.fixture(scope="module")
def answers(pasted):
    """The documents alone."""
    documents = [line for line in pasted.partition("REFUSED")[0].splitlines() if line.startswith("{")]
    return [json.loads(document) for document in documents]


class TestLinesToCopy:
    """The printed lines, pasted into a shell one after the other."""

    def test_each_line_does_what_it_says(self, answers):
        """Front does it all; the trade; the use; the introspection; the refusal; the death of the new token."""
        all_of_it, trade, use, introspected, refusal, dead = answers

        assert all_of_it["back_api"]["acting"] == ["front"]
        assert trade["scope"] == "orders:read"
        assert use["user"] == "alice"
        assert introspected["act"]["sub"] == "client:front"
        assert refusal["error"] == "invalid_scope"
        assert "orders" not in dead

    def test_the_explanation_tells_why_the_refusal_was_one(self, pasted):
        """The last line asks the same question without sending anything."""
        assert "REFUSED invalid_scope" in pasted
        assert "The scope orders:write is missing in: the policy." in " ".join(pasted.split())

    def test_every_exchange_appears_in_the_terminal_of_the_demo(self, demo, answers):
        """While it serves, the demo shows what is tried."""
        demo.wait_for_line("✓ client:front for alice: back-api, orders:read")
        demo.wait_for_line("✗ front: invalid_scope (not_permitted_by_any_policy)")


class TestEnd:
    """How it ends, and how it does not begin."""

    def test_a_port_in_use_is_explained(self, demo):
        """Where somebody else listens, the demo says so and does not start."""
        port = demo.told["base_url"].rpartition(":")[2]
        answer = run("demo", "--check", "--port", port)

        assert answer.returncode == 1
        assert f"Port {port} is in use." in answer.stderr
        assert "Traceback" not in answer.stderr

    def test_a_database_of_another_program_is_explained(self, tmp_path):
        """Where the file is none that the demo can use, it says which, and does not touch it."""
        database = tmp_path / "demo.sqlite3"
        database.write_text("a diary, not a database, and long enough to be looked into" * 20)
        answer = run("demo", "--check", "--port", "0", "--database", database)

        assert answer.returncode == 1
        assert f"{database} cannot be used" in answer.stderr
        assert "Traceback" not in answer.stderr
        assert database.read_text().startswith("a diary")

    @pytest.mark.parametrize("port", ["-1", "65536", "http"])
    def test_what_is_no_port_is_an_error_of_usage(self, port):
        """Nonsense is told by the option that it was given to."""
        answer = run("demo", f"--port={port}")

        assert answer.returncode == 2
        assert "--port" in answer.stderr

    def test_ctrl_c_ends_it_quietly(self, tmp_path, demo_tables):
        """No traceback, status 0."""
        running = RunningDemo(tmp_path, demo_tables)

        assert running.stop() == 0
        assert "Traceback" not in running.output
