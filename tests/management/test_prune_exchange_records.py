"""Pruning deletes records after their retention, and nothing else."""

from __future__ import annotations

import io
import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.worlds.personal_access_tokens import make, policy_for_scripts, trade
from token_exchange.management import progress
from token_exchange.models import (
    ExchangedToken,
    ExchangeRecord,
    ImpersonationTicket,
    PersonalAccessToken,
    UsedToken,
)
from token_exchange.tokens.pruning import Prunable
from token_exchange.toolkit.compat import token_database

NOW = timezone.now()


def prune(**options):
    """Run the command and return its output."""
    out = io.StringIO()
    call_command("prune_exchange_records", stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def records_of(days_ago, number=1):
    """Create records that were written this many days ago."""
    ExchangeRecord.objects.bulk_create(
        ExchangeRecord(created=NOW - timedelta(days=days_ago), request_id=f"{days_ago}-{count}", outcome="refused")
        for count in range(number)
    )


def left():
    """Return the age in days of each record that is left."""
    return sorted((NOW - record.created).days for record in ExchangeRecord.objects.all())


def old_records():
    """Return the records older than a year as a `Prunable`."""
    before = NOW - timedelta(days=365)
    return Prunable(model=ExchangeRecord, moment="created", before=before, using=token_database())


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self):
        return True


@pytest.mark.django_db
class TestRecords:
    """Records are deleted after their retention."""

    def test_records_older_than_a_year_are_deleted_by_default(self):
        """Without a setting, a record of a year and a day is deleted, and a younger one is kept."""
        records_of(366)
        records_of(364)

        prune()

        assert left() == [364]

    def test_the_setting_sets_the_retention(self, settings):
        """RECORD_RETENTION_DAYS sets the retention."""
        settings.TOKEN_EXCHANGE = {"RECORD_RETENTION_DAYS": 30}
        records_of(31)
        records_of(29)

        prune()

        assert left() == [29]

    def test_the_option_wins_over_the_setting(self, settings):
        """--days overrides the setting; 0 is a valid number."""
        settings.TOKEN_EXCHANGE = {"RECORD_RETENTION_DAYS": 30}
        records_of(29)
        records_of(5)

        prune(days=10)
        assert left() == [5]

        prune(days=0)
        assert left() == []

    def test_numbers_are_read_from_the_command_line(self):
        """Options are read from the command line, as a cron job passes them."""
        records_of(29)
        records_of(5)

        call_command("prune_exchange_records", "--days=10", "--batch-size", "1", stdout=io.StringIO())

        assert left() == [5]

    def test_a_record_of_the_token_endpoint_is_deleted(self, world):
        """The record of an exchange of a year ago is deleted, and a new one is kept."""
        with time_machine.travel(NOW - timedelta(days=400)):
            first = world.exchange("unknown")["X-Request-Id"]
        second = world.exchange("unknown")["X-Request-Id"]
        assert {record.request_id for record in ExchangeRecord.objects.all()} == {first, second}

        prune()

        assert ExchangeRecord.objects.get().request_id == second

    @pytest.mark.parametrize("dry_run", [True, False])
    def test_verbosity_0_writes_nothing(self, dry_run):
        """With `-v 0` nothing is written to either stream."""
        records_of(400, number=3)
        out, err = Terminal(), Terminal()

        call_command("prune_exchange_records", dry_run=dry_run, verbosity=0, stdout=out, stderr=err)

        assert (out.getvalue(), err.getvalue()) == ("", "")
        assert len(left()) == (3 if dry_run else 0)

    def test_a_dry_run_counts_and_deletes_nothing(self):
        """--dry-run shows the number and deletes nothing."""
        records_of(400, number=3)

        said = prune(dry_run=True)

        assert "3 records" in said
        assert len(left()) == 3

    @pytest.mark.parametrize("days", ["-1", "1.5", "many", ""])
    def test_an_invalid_number_of_days_is_refused(self, days):
        """An invalid number of days deletes nothing."""
        records_of(400)

        with pytest.raises(CommandError):
            call_command("prune_exchange_records", f"--days={days}")

        assert left() == [400]

    def test_more_days_than_there_have_been_are_refused(self):
        """A number of days before the first year of the calendar is an error."""
        with pytest.raises(CommandError, match="days are too many"):
            prune(days=10**9)


@pytest.mark.django_db
class TestBatches:
    """Rows are deleted in batches."""

    def test_no_statement_deletes_more_than_a_batch(self):
        """With batches of four, ten records are deleted in three statements."""
        records_of(400, number=10)

        with CaptureQueriesContext(connections[token_database()]) as queries:
            prune(batch_size=4)

        table = ExchangeRecord._meta.db_table
        deletions = [query for query in queries if "DELETE" in query["sql"] and table in query["sql"]]
        assert len(deletions) == 3
        assert left() == []

    def test_an_interrupted_run_can_be_continued(self):
        """After one batch the other rows are still there, and another run deletes them."""
        records_of(400, number=10)

        assert next(old_records().delete(4)) == 4
        assert len(left()) == 6

        prune(batch_size=4)
        assert left() == []

    def test_records_that_are_kept_are_skipped(self):
        """A thousand kept records between two old ones take a statement or two."""
        records_of(400)
        records_of(10, number=1_000)
        records_of(400)

        with CaptureQueriesContext(connections[token_database()]) as queries:
            batches = list(old_records().delete(500))

        assert sum(batches) == 2
        assert left() == [10] * 1_000
        assert len(queries) < 12

    def test_a_gap_among_the_keys_is_skipped(self):
        """A gap among the keys takes a few statements."""
        records_of(400, number=3)
        last = ExchangeRecord.objects.order_by("pk").last()
        ExchangeRecord.objects.filter(pk=last.pk).update(id=last.pk + 10**12)

        with CaptureQueriesContext(connections[token_database()]) as queries:
            assert sum(old_records().delete(2)) == 3

        assert left() == []
        assert len(queries) < 10

    def test_an_interruption_is_no_loss(self, monkeypatch, caplog):
        """Ctrl-C after the first batch exits with 130, keeps the other rows, and is logged."""

        def interrupt(self, done):
            raise KeyboardInterrupt

        records_of(400, number=10)
        monkeypatch.setattr(progress.Progress, "show", interrupt)
        caplog.set_level(logging.INFO, "token_exchange")

        with pytest.raises(SystemExit) as stopped:
            prune(batch_size=4)

        assert stopped.value.code == 130
        assert len(left()) == 6
        assert [entry.records for entry in caplog.records] == [4]

    def test_it_leaves_one_line_in_the_log(self, caplog):
        """The log says how many records were deleted, and from when on they are kept (P10)."""
        records_of(400, number=3)
        caplog.set_level(logging.INFO, "token_exchange")

        prune(days=100, batch_size=2)

        (line,) = caplog.records
        assert (line.records, line.exchanged_tokens, line.used_tokens) == (3, 0, 0)
        assert line.records_before.startswith((timezone.now() - timedelta(days=100)).date().isoformat())


class TestExchangedTokens:
    """The row beside an issued token, which holds its actors and parents, is kept while the token is active."""

    def test_an_active_one_is_kept_with_every_option(self, world, alices_token):
        """With --days 0 an active token keeps its actors and its parents."""
        issued = world.exchange(alices_token).json()["access_token"]

        prune(days=0)

        assert world.introspect(issued)["act"]["sub"] == "client:front"
        world.revoke(alices_token, client=world.spa)
        assert world.introspect(issued) == {"active": False}

    def test_an_expired_one_stays_for_a_day(self, world, alices_token):
        """The row is kept for a day after the expiry of the token."""
        world.exchange(alices_token)
        expires = ExchangedToken.objects.get().expires

        with time_machine.travel(expires + timedelta(hours=1)):
            prune(days=0)
        assert ExchangedToken.objects.count() == 1

        with time_machine.travel(expires + timedelta(days=2)):
            prune(days=36_500)
        assert ExchangedToken.objects.count() == 0


class TestUsedTokens:
    """The record of a used single-use token is kept as long as the token might be accepted."""

    @pytest.fixture
    def used(self, issuer, key_server, present):
        """Return a single-use token that was used."""
        issuer.single_use = True
        issuer.save()
        token = key_server.sign()
        assert present(token).status_code == 200
        return token

    def test_a_row_stays_for_as_long_as_the_token_might_be_taken(self, used, present):
        """With --days 0, and within the leeway after its expiry, a used token is still refused."""
        prune(days=0)
        assert present(used).status_code == 400
        assert ExchangeRecord.objects.latest("pk").reason == "token_replayed"

        with time_machine.travel(UsedToken.objects.get().expires + timedelta(hours=1)):
            prune(days=0)
        assert UsedToken.objects.count() == 1

    def test_a_row_leaves_a_day_after_that(self, used):
        """The row is deleted a day later, when no clock accepts the token any more."""
        with time_machine.travel(UsedToken.objects.get().expires + timedelta(days=2)):
            assert "1 used tokens" in prune(dry_run=True)
            assert UsedToken.objects.count() == 1
            assert "1 used tokens" in prune(days=36_500)
        assert UsedToken.objects.count() == 0

    def test_they_are_deleted_in_batches(self, db):
        """With batches of four, ten rows are deleted in three statements."""
        UsedToken.objects.bulk_create(
            UsedToken(fingerprint=f"{number:064}", expires=NOW - timedelta(days=2)) for number in range(10)
        )

        with CaptureQueriesContext(connections[token_database()]) as queries:
            prune(batch_size=4)

        table = UsedToken._meta.db_table
        assert len([query for query in queries if "DELETE" in query["sql"] and table in query["sql"]]) == 3
        assert UsedToken.objects.count() == 0


class TestTicketsAndPersonalAccessTokens:
    """Tickets and personal access tokens are deleted with their lists after the retention."""

    def test_they_are_deleted_when_records_are(self, world, support):
        """They are kept for a year after their end, and records of their use stay as long as they are kept."""
        ticket = support.ask()
        make(world)
        support.traded(support.collect(ticket))
        for days, left in ((364, 1), (366, 0)):
            for model in (ImpersonationTicket, PersonalAccessToken):
                model.objects.update(expires=timezone.now() - timedelta(days=days))
            prune()
            for model in (ImpersonationTicket, PersonalAccessToken):
                assert model.objects.count() == model.targets.through.objects.count() == left
        assert ExchangeRecord.objects.get().justification["reason"] == "Case 7"

    def test_active_ones_are_kept_with_every_option(self, world, support):
        """With --days 0 an active ticket or token works, and one that has just ended is kept for a day."""
        policy_for_scripts(world)
        value, personal = support.ticket(), make(world)
        ended = support.ask()
        ImpersonationTicket.objects.filter(pk=ended.pk).update(expires=timezone.now() - timedelta(hours=1))
        PersonalAccessToken.objects.filter(pk=make(world, name="old").row.pk).update(
            expires=timezone.now() - timedelta(hours=1)
        )

        prune(days=0)

        assert (ImpersonationTicket.objects.count(), PersonalAccessToken.objects.count()) == (2, 2)
        assert support.trade(value).status_code == 200
        assert trade(world, personal.value).status_code == 200

    def test_one_batch_s_lists_leave_with_it_alone(self, world, support):
        """Rows that are kept keep their targets."""
        old = [support.ask() for _number in range(3)]
        ImpersonationTicket.objects.update(expires=NOW - timedelta(days=400))
        kept = support.ask()

        prune(batch_size=2)

        assert [ticket.pk for ticket in ImpersonationTicket.objects.all()] == [kept.pk]
        assert list(kept.targets.all()) == [world.target]
        assert not ImpersonationTicket.targets.through.objects.filter(impersonationticket__in=old).exists()


class TestProgress:
    """A line shows the progress."""

    def test_a_terminal_sees_one_line_rewritten(self):
        """On a terminal each report overwrites the last."""
        terminal = Terminal()

        with progress.Progress(OutputWrapper(terminal), "Deleting records", 10) as line:
            line.show(5)

        assert "5 of 10  50%" in terminal.getvalue()
        assert "\n" not in terminal.getvalue()
        assert terminal.getvalue().endswith("\r\033[K")

    def test_a_file_gets_a_line_now_and_then(self, monkeypatch):
        """In a file nothing is written in the first ten seconds, then one line without control characters."""
        file, seconds = io.StringIO(), [0.0]
        monkeypatch.setattr(progress.time, "monotonic", lambda: seconds[0])

        with progress.Progress(OutputWrapper(file), "Deleting records", 10) as line:
            line.show(1)
            seconds[0] = 11.0
            line.show(5)
            line.show(6)

        assert file.getvalue() == "Deleting records: 5 of 10  50% (0 a second)\n"
