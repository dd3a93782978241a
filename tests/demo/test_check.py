"""`demo --check` runs the whole demo, verifies every claim, and reports the result by its exit status."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from demo_project.terminal import Terminal
from tests.worlds.running_demo import CHECKOUT, COLOUR, environment, run

SABOTAGE = """
import django
from django.core.management import call_command

django.setup()

from demo_project import seeding
from demo_project.story import telling
from django.contrib.auth import get_user_model
from django.db import connection
from token_exchange.models import ExchangePolicy, ImpersonationPermission, Target, TrustedIssuer
from token_exchange.toolkit import token_values as kept_secrets
from token_exchange.tokens import lineage
from oauth2_provider.models import Application

def sabotaged(*arguments):
    as_it_should_be(*arguments)
    {statement}

as_it_should_be, seeding.{function} = seeding.{function}, sabotaged
telling.STORIES = {{"{story}": telling.STORIES["{story}"]}}
call_command("demo", "--check", "--port=0", "--database={database}")
"""


SPARED = "lineage.revoke_descendants = lineage.revoke = lambda *arguments, **options: 0; "
"""Statements that keep the descendants of a revoked token active."""


def forgotten(table, column):
    """A statement that makes the database forget a moment as soon as it is written."""
    table = f"token_exchange_{table}"
    trigger = (
        f"CREATE TRIGGER forget AFTER UPDATE OF {column} ON {table} WHEN NEW.{column} IS NOT NULL "
        f"BEGIN UPDATE {table} SET {column} = NULL WHERE id = NEW.id; END"
    )
    return f"connection.cursor().execute('{trigger}')"


@pytest.fixture
def copied(demo_tables, tmp_path):
    """A database of the test's own, with tables."""
    return shutil.copy(demo_tables, tmp_path / "demo.sqlite3")


@pytest.fixture
def sabotaged(copied):
    """A function that checks one story where the rows say something else after this function has written them.

    It answers with what broke, and makes sure that the exit status tells of it.
    """

    def check(story, function, statement):
        program = SABOTAGE.format(story=story, function=function, statement=statement, database=copied)
        variables = {"DJANGO_SETTINGS_MODULE": "demo_project.settings", "PYTHONPATH": str(CHECKOUT), "COLUMNS": "200"}
        answer = subprocess.run(
            [sys.executable, "-c", program],
            cwd=CHECKOUT,
            env=environment(**variables),
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 1, answer.stdout + answer.stderr
        return re.findall("✗ WRONG: (.*)", answer.stdout)

    return check


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """The file that the reader keeps a demo of their own in, or would."""
    return tmp_path_factory.mktemp("mine") / "demo.sqlite3"


@pytest.fixture(scope="module")
def checked(mine):
    """A check that went well, from the first table on."""
    return run("demo", "--check", "--port", "0", DEMO_DATABASE=str(mine))


def acts(checked):
    """What is told, by act; before the first act by 0."""
    return dict(enumerate(re.split(r"^ \d (?=[A-Z])", checked.stdout, flags=re.MULTILINE)))


class TestCheck:
    """What a reader, or a machine, gets to see."""

    def test_all_of_it_holds(self, checked):
        """The exit status is 0, every claim is ticked, and nothing went to the stream of errors."""
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "28 of 28 claims are true." in checked.stdout
        assert len(re.findall("^   ✓ ", checked.stdout, re.MULTILINE)) == 28
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
        assert "✗ Client that got the subject token: asked partner; allowed front, spa." in story

    def test_each_token_from_outside_comes_with_its_trace(self, checked):
        """Single sign-on, a job without a user, the old server: each with the policy and what its rules found."""
        story = " ".join(acts(checked)[5].split())

        for policy, face in (("Portal", "sso"), ("Deploy", "ci"), ("Mobile", "legacy")):
            assert re.search(
                rf"Policy “{policy} \w+ \w+” allows the exchange\. .*?"
                rf"✓ Issuer of the subject token: https://127\.0\.0\.1:\d+/{face} .*?✓ Scope: ",
                story,
            )
        assert re.search(
            r"user none subject workload:https://\S+/ci# repo:octo-shop@65/storefront@74:ref:refs/heads", story
        )

    def test_reasons_differ_in_the_record_only(self, checked):
        """The same words for the client, the exact reason for the administrator."""
        story = " ".join(acts(checked)[5].partition("d) the same claims")[2].split())

        assert story.count("The subject_token is missing, invalid or not acceptable.") == 2
        assert re.findall(r"the record says (\w+):", story) == ["signature_invalid", "claims_invalid"]

    def test_acting_for_a_user_comes_with_its_trace(self, checked):
        """Who was asked about, who acts and why, and what became of it."""
        story = " ".join(acts(checked)[6].split())

        assert "the page says the permission does not cover staff and superusers" in story
        assert "✓ Way of acting: actor by impersonation permission" in story
        assert re.search("user alice acting carol reason Case 7: ", story)
        assert "e-mail to alice carol acts in your name" in story
        assert re.findall(r"the record says (\w+):", story) == ["token_replayed"]

    def test_a_script_comes_with_its_trace(self, checked):
        """What its token allows, what it does not, and how little a typo costs."""
        story = " ".join(acts(checked)[7].split())

        assert re.search(r"subject_token txpa….{3} ", story)
        assert "user bob acting nightly" in story
        assert "✗ Scope: asked orders:read, releases:write; allowed orders:read, orders:write." in story
        assert re.findall(r"the record says (\w+):", story) == ["token_unknown", "token_revoked"]
        assert re.search(r"queries 0; without the typo [1-9]", story)

    def test_the_readers_own_database_is_left_alone(self, checked, mine):
        """Without --database a check uses one that is gone afterwards."""
        assert checked.returncode == 0
        assert not mine.exists()

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

    def test_it_works_where_only_ascii_is_known(self, copied):
        """A terminal without the characters gets others."""
        plain = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
        answer = run("demo", "--check", "--port", "0", "--database", copied, **plain)

        assert answer.returncode == 0, answer.stdout + answer.stderr
        assert answer.stdout.isascii()
        assert "+ back sees who acts for whom" in answer.stdout


class TestClaimsCanFail:
    """A claim that could not fail would be worth nothing."""

    @pytest.mark.parametrize(
        ("statement", "broken"),
        [
            ("policy.enabled = False", "back sees who acts for whom"),
            ("policy.ways = ['without_actor']", "back sees who acts for whom"),
            ("policy.scopes.append('orders:write')", "Refused with invalid_scope"),
            (
                "policy.issued_to.add(Application.objects.get(client_id='partner'))",
                "Refused with invalid_request",
            ),
            (
                "policy.targets.add(Target.objects.create(name='payroll', resources=['https://pay/'], "
                "scopes=['orders:read']))",
                "Refused with invalid_target",
            ),
            ("policy.revoked_with_parents = False", "The token exchanged from hers is inactive"),
            ("policy.max_lifetime = 301", "It expires after 301 seconds"),
        ],
    )
    def test_another_policy_breaks_the_claim(self, sabotaged, statement, broken):
        """The exit status is 1, and the claim is crossed out."""
        policy = "policy = ExchangePolicy.objects.get(name='Front reads orders')"
        claims = sabotaged("login", "seed_policies", f"{policy}; {statement}; policy.save()")

        assert any(claim.startswith(broken) for claim in claims), claims

    @pytest.mark.parametrize(
        ("issuer", "fields", "broken"),
        [
            ("single sign-on", "subject_mapping='workload'", "Number 4711 there is alice here"),
            ("CI", "issuer='https://ci.example'", "The job announces a release"),
            ("the old server", "audiences=['another app']", "The old server was asked"),
            ("single sign-on", "audiences=['portal', 'wiki']", "Each record has the exact reason"),
        ],
    )
    def test_another_trust_breaks_the_claim(self, sabotaged, issuer, fields, broken):
        """So it is with whom the site trusts outside."""
        claims = sabotaged("external", "seed_trust", f"TrustedIssuer.objects.filter(name='{issuer}').update({fields})")

        assert any(claim.startswith(broken) for claim in claims), claims

    @pytest.mark.parametrize(
        ("statement", "broken"),
        [
            (
                "permission.privileged_subjects = True; "
                "get_user_model().objects.filter(username='carol').update(is_superuser=True)",
                "No ticket is made",
            ),
            ("permission.approval_required = False", "Carol cannot get a ticket alone"),
            ("permission.copied_claims = []", "back answers as it does to Alice"),
            ("permission.notifies_subject = False", "Alice gets an e-mail about it"),
            (forgotten("impersonationticket", "used"), "A ticket can be exchanged once"),
            ("permission.approval_required = False", "She sees who acts"),
            (SPARED + forgotten("impersonationticket", "revoked"), "She stops it"),
        ],
    )
    def test_another_permission_breaks_the_claim(self, sabotaged, statement, broken):
        """So it is with who may act as whom, and with a database that forgets what was written."""
        permission = "permission = ImpersonationPermission.objects.get()"
        claims = sabotaged("support", "seed_permissions", f"{permission}; {statement}; permission.save()")

        assert any(claim.startswith(broken) for claim in claims), claims

    @pytest.mark.parametrize(
        ("statement", "broken"),
        [
            ("policy.max_lifetime = 301", "The new token can read orders for"),
            ("policy.ways = ['same_subject']", "The new token can read orders for"),
            ("policy.narrows_scope = True", "The policy lets nightly"),
            ("kept_secrets.is_well_formed = lambda value, prefix: True", "The checksum shows that it is a typo"),
            (SPARED + forgotten("personalaccesstoken", "revoked"), "The token that was exchanged from it"),
            (forgotten("personalaccesstoken", "revoked"), "The next night the script gets no token"),
        ],
    )
    def test_another_script_breaks_the_claim(self, sabotaged, statement, broken):
        """So it is with what a script may do."""
        policy = "policy = ExchangePolicy.objects.get(name='Nightly works for its owners')"
        claims = sabotaged("script", "seed_policies", f"{policy}; {statement}; policy.save()")

        assert any(claim.startswith(broken) for claim in claims), claims


class TestSeeding:
    """Starting again is harmless, and mends what was tried out."""

    def test_a_second_start_adds_nothing_and_mends_the_rest(self, copied):
        """After a policy was disabled and a password lost, the story holds again, on the same rows."""
        arguments = ("demo", "--check", "--port", "0", "--database", copied)
        assert run(*arguments).returncode == 0
        before = rows(copied)
        with closing(sqlite3.connect(copied)) as connection, connection:
            connection.execute("UPDATE token_exchange_exchangepolicy SET enabled = 0")
            connection.execute("UPDATE token_exchange_trustedissuer SET enabled = 0, audiences = '[]'")
            connection.execute("UPDATE token_exchange_impersonationpermission SET enabled = 0, scopes = '[]'")
            connection.execute("DELETE FROM auth_user_groups")
            connection.execute("UPDATE auth_user SET password = '!', is_active = 0")
            connection.execute("UPDATE oauth2_provider_application SET client_secret = '!'")

        assert run(*arguments).returncode == 0
        assert rows(copied) == before


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
        "token_exchange_impersonationpermission",
        "auth_user_groups",
        "auth_user_user_permissions",
        "auth_group_permissions",
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
    def test_colours_can_be_switched_off(self, screen, monkeypatch, name, value):
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
