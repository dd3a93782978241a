"""`demo --check` tells the whole story, holds its claims against what happens, and answers with its exit status."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from demo_project.terminal import Terminal
from tests.running_demo import CHECKOUT, COLOUR, environment, run

SABOTAGE = """
import django
from django.core.management import call_command

django.setup()

from demo_project import seeding
from token_exchange.models import ExchangePolicy, Target, TrustedIssuer
from oauth2_provider.models import Application

def sabotaged(*arguments):
    as_it_should_be(*arguments)
    {statement}

as_it_should_be, seeding.{function} = seeding.{function}, sabotaged
call_command("demo", "--check", "--port", "0")
"""


def sabotaged(function, statement):
    """Run the check on a site whose rows say something else after this function has written them."""
    return subprocess.run(
        [sys.executable, "-c", SABOTAGE.format(function=function, statement=statement)],
        cwd=CHECKOUT,
        env=environment(DJANGO_SETTINGS_MODULE="demo_project.settings", PYTHONPATH=str(CHECKOUT)),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def checked():
    """A check that went well."""
    return run("demo", "--check", "--port", "0")


class TestCheck:
    """What a reader, or a machine, gets to see."""

    def test_all_of_it_holds(self, checked):
        """The exit status is 0, every claim is ticked, and nothing went to the stream of errors."""
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "16 of 16 claims held." in checked.stdout
        assert len(re.findall("^   ✓ ", checked.stdout, re.MULTILINE)) == 16
        assert checked.stderr == ""

    def test_it_tells_who_acts_for_whom(self, checked):
        """The main job is in the story: the user, the actor, the audience, the scope."""
        told = re.findall(r"(user|acting|audience|scope) {2,}(\S+)\n", checked.stdout.partition("← 403")[2])

        assert {("user", "alice"), ("acting", "front"), ("audience", "back-api"), ("scope", "orders:read")} <= {*told}

    def test_each_refusal_comes_with_the_rule_of_the_record(self, checked):
        """Unknown audience, wider scope, another client's token."""
        story = " ".join(checked.stdout.split())

        assert "✗ Target: asked back-api, payroll; allowed back-api." in story
        assert "✗ Scope: asked orders:write; allowed orders:read." in story
        assert "✗ Whose subject token it is: asked partner; allowed front, spa." in story

    def test_each_token_from_outside_comes_with_its_trace(self, checked):
        """Single sign-on, a job without a user, the old server: each with the policy and what its rules found."""
        story = " ".join(checked.stdout.partition(" 5 Tokens from outside")[2].split())

        for policy, face in (("Portal", "sso"), ("Deploy", "ci"), ("Mobile", "legacy")):
            assert re.search(
                rf"Policy “{policy} \w+ \w+” allows the exchange\. .*?"
                rf"✓ Who issued the subject token: https://127\.0\.0\.1:\d+/{face} .*?✓ Scope: ",
                story,
            )
        assert re.search(
            r"user nobody subject workload:https://\S+/ci# repo:octo-shop@65/storefront@74:ref:refs/heads", story
        )

    def test_what_is_not_what_it_seems_is_told_apart_in_the_record_only(self, checked):
        """The same words for the client, the exact reason for the administrator."""
        story = " ".join(checked.stdout.partition("d) the same claims")[2].split())

        assert story.count("The subject_token is missing, invalid or not acceptable.") == 2
        assert re.findall(r"the record says (\w+):", story) == ["signature_invalid", "claims_invalid"]

    def test_no_token_is_shown_whole(self, checked):
        """Tokens are shortened: no thirty characters of a token stand in a row."""
        assert re.search(r"access_token +\w{4}…\w{3}\n", checked.stdout)
        assert not re.search(r"\b(?=\w*[A-Z])(?=\w*\d)\w{25,}\b", checked.stdout)

    def test_it_fits_eighty_columns(self, checked):
        """No line is cut or wrapped by the terminal."""
        assert max(map(len, checked.stdout.splitlines())) <= 80

    def test_a_pipe_gets_no_colours(self, checked):
        """What is read by a program holds no control characters at all."""
        assert "\033" not in checked.stdout
        assert "\r" not in checked.stdout

    def test_it_works_where_only_ascii_is_known(self):
        """A terminal without the characters gets others."""
        answer = run("demo", "--check", "--port", "0", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

        assert answer.returncode == 0, answer.stdout + answer.stderr
        assert answer.stdout.isascii()
        assert "+ back sees who acts for whom" in answer.stdout


class TestClaimsCanFail:
    """A claim that could not fail would be worth nothing."""

    @pytest.mark.parametrize(
        ("statement", "broken"),
        [
            ("policy.enabled = False", "back sees who acts for whom"),
            ("policy.ways = ['impersonation']", "back sees who acts for whom"),
            ("policy.scopes.append('orders:write')", "Refused with invalid_scope"),
            (
                "policy.issuing_clients.add(Application.objects.get(client_id='partner'))",
                "Refused with invalid_request",
            ),
            (
                "policy.targets.add(Target.objects.create(name='payroll', resources=['https://pay/'], "
                "scopes=['orders:read']))",
                "Refused with invalid_target",
            ),
            ("policy.dies_with_subject = False", "The token made of hers died"),
            ("policy.max_lifetime = 301", "It lives for 301 seconds"),
        ],
    )
    def test_another_policy_breaks_the_claim(self, statement, broken):
        """The exit status is 1, and the claim is crossed out."""
        policy = "policy = ExchangePolicy.objects.get(name='Front reads orders')"
        answer = sabotaged("seed_policies", f"{policy}; {statement}; policy.save()")

        assert answer.returncode == 1, answer.stdout + answer.stderr
        assert f"✗ NOT SO: {broken}" in answer.stdout

    @pytest.mark.parametrize(
        ("issuer", "fields", "broken"),
        [
            ("single sign-on", "subject_mapping='workload'", "Number 4711 there is alice here"),
            ("CI", "issuer='https://ci.example'", "The job announces a release"),
            ("the old server", "audiences=['another app']", "The old server was asked"),
            ("single sign-on", "audiences=['portal', 'wiki']", "Each record has the exact reason"),
        ],
    )
    def test_another_trust_breaks_the_claim(self, issuer, fields, broken):
        """So it is with whom the site trusts outside."""
        answer = sabotaged("seed_trust", f"TrustedIssuer.objects.filter(name='{issuer}').update({fields})")

        assert answer.returncode == 1, answer.stdout + answer.stderr
        assert f"✗ NOT SO: {broken}" in answer.stdout


class TestSeeding:
    """Starting again is harmless, and mends what was tried out."""

    def test_a_second_start_adds_nothing_and_mends_the_rest(self, tmp_path):
        """After a policy was disabled and a password lost, the story holds again, on the same rows."""
        database = tmp_path / "demo.sqlite3"
        arguments = ("demo", "--check", "--port", "0", "--database", database)
        assert run(*arguments).returncode == 0
        before = rows(database)
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("UPDATE token_exchange_exchangepolicy SET enabled = 0")
            connection.execute("UPDATE token_exchange_trustedissuer SET enabled = 0, audiences = '[]'")
            connection.execute("UPDATE auth_user SET password = '!', is_active = 0")
            connection.execute("UPDATE oauth2_provider_application SET client_secret = '!'")

        assert run(*arguments).returncode == 0
        assert rows(database) == before

    def test_the_check_leaves_the_readers_own_database_alone(self, tmp_path):
        """Without --database a check uses one that is gone afterwards."""
        database = tmp_path / "mine.sqlite3"

        assert run("demo", "--check", "--port", "0", DEMO_DATABASE=str(database)).returncode == 0
        assert not database.exists()


def rows(database):
    """How many rows of each kind the seeding has written."""
    tables = (
        "auth_user",
        "oauth2_provider_application",
        "token_exchange_target",
        "token_exchange_exchangepolicy",
        "token_exchange_exchangepolicy_targets",
        "token_exchange_exchangepolicy_trusted_issuers",
        "token_exchange_trustedissuer",
        "token_exchange_linkedaccount",
    )
    with closing(sqlite3.connect(database)) as connection:
        return {table: connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables}


class TestColours:
    """Colours where somebody sees them."""

    class Screen:
        """A terminal that remembers."""

        encoding = "utf-8"

        def __init__(self):
            self.text = ""

        def isatty(self):
            return True

        def write(self, text):
            self.text += text

        def flush(self):
            pass

    @pytest.fixture
    def screen(self, monkeypatch):
        """A terminal with colours."""
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        return self.Screen()

    def test_a_terminal_is_painted(self, screen):
        """Check marks are green."""
        Terminal(screen).check(True, "so it is")

        assert COLOUR.search(screen.text)

    @pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
    def test_whoever_wants_none_gets_none(self, screen, monkeypatch, name, value):
        """NO_COLOR and a dumb terminal are honoured."""
        monkeypatch.setenv(name, value)

        Terminal(screen).check(True, "so it is")

        assert not COLOUR.search(screen.text)

    def test_the_progress_line_disappears(self, screen):
        """While preparing it is there; afterwards the line is empty again."""
        Terminal(screen).progress("Preparing", [("tables", lambda: None), ("people", lambda: None)])

        assert "Preparing people" in screen.text
        assert screen.text.endswith("\r\033[K")
        assert "\n" not in screen.text
