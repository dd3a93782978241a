"""The command makes a ticket for emergencies, under the same permissions as everywhere."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.worlds.log_capture import capturing_logs
from tests.worlds.ticket_pages import VALUE, everything, kept
from token_exchange.models import ImpersonationPermission, ImpersonationTicket


def make(world, **changes):
    """Run the command as a shell does; return standard output and standard error."""
    options = {
        "actor": "carol",
        "subject": "alice",
        "target": ["back-api"],
        "scope": ["read"],
        "reason": "The database is gone",
        **changes,
    }
    words = [
        word
        for name, value in options.items()
        if value is not None
        for word in (f"--{name}", *(value if isinstance(value, list) else [value]))
    ]
    out, err = io.StringIO(), io.StringIO()
    with capturing_logs() as world.heard:
        call_command("make_impersonation_ticket", *words, stdout=out, stderr=err)
    world.secrets |= set(VALUE.findall(out.getvalue()))
    return out.getvalue(), err.getvalue()


@pytest.mark.scenario("G01")
def test_prints_the_value_and_nothing_else(world, support):
    """The command prints only the value, which works once, and the admin's log says that this command was used."""
    said, complained = make(world, reference="SUP-7", context="call: 3")
    assert VALUE.fullmatch(said.removesuffix("\n"))
    assert complained == ""
    world.assert_silent(kept())
    told = support.told(support.traded(said.strip()))
    assert (told["sub"], told["act"]["sub"]) == (str(world.alice.pk), str(support.carol.pk))
    ticket = ImpersonationTicket.objects.get()
    assert (ticket.reason, ticket.reference, ticket.context) == ("The database is gone", "SUP-7", {"call": "3"})
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == [
        "Requested.",
        "Requested at the command line.",
        "Collected.",
    ]


def test_the_site_s_log_tells_of_it(world, support, caplog):
    """The site's log names the actor and the subject, and never the value."""
    with caplog.at_level(logging.WARNING, "token_exchange"):
        said, _complained = make(world)
    (line,) = [record for record in caplog.records if record.name == "token_exchange"]
    assert (line.actor, line.subject) == (str(support.carol.pk), str(world.alice.pk))
    assert said.strip() not in str(line.__dict__)


def test_people_may_be_named_by_key(world, support):
    said, _complained = make(world, actor=str(support.carol.pk), subject=str(world.alice.pk))
    assert support.trade(said.strip()).status_code == 200


@pytest.mark.scenario("G02")
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"subject": "bob"}, "the permission does not name this subject"),
        ({"subject": "carol"}, "the permission does not name this subject"),
        ({"actor": "bob"}, "the permission does not name this actor"),
        ({"scope": ["write"]}, "the permission does not allow these scopes"),
        ({"target": ["invoices-api"]}, "the permission does not allow these targets"),
        ({"target": ["back-api", "invoices-api"]}, "the permission does not allow these targets"),
        ({"reason": " "}, "requires a reason"),
        ({"reason": None}, "requires a reason"),
    ],
)
def test_refuses_as_the_permissions_do(world, support, changes, why):
    """A request that no permission allows is explained, exits with status 1 and stores nothing."""
    before = everything()
    with pytest.raises(CommandError) as refused:
        make(world, **changes)
    assert why in str(refused.value)
    assert refused.value.returncode == 1
    assert everything() == before
    make(world)


def test_refuses_what_is_denied_or_over(world, support):
    """The error names each permission and the check that failed, or says that there is no permission."""
    ImpersonationPermission.objects.update(ends=timezone.now() - timedelta(days=1))
    with pytest.raises(CommandError, match=f"{support.permission.name}: the permission is not valid at this time"):
        make(world)
    support.permit(name="not alice", effect="deny", methods=[], scopes=[], lists={"subject_users": [world.alice]})
    with pytest.raises(CommandError, match="not alice: a denial applies"):
        make(world)
    ImpersonationPermission.objects.all().delete()
    with pytest.raises(CommandError, match="There is no impersonation permission"):
        make(world)


def test_approval_is_waited_for(world, support):
    """A ticket that needs approval exits with status 3 and no value; its requester collects it later."""
    ImpersonationPermission.objects.update(approval_required=True)
    with pytest.raises(CommandError, match="waits for the approval of another user") as waits:
        make(world)
    assert waits.value.returncode == 3
    assert ImpersonationTicket.objects.get().state == "waiting"


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": "nobody"},
        {"subject": "nobody"},
        {"subject": "Alice"},
        {"subject": "0"},
        {"target": ["no-such-api"]},
        {"target": ["Back-API"]},
        {"context": "no colon"},
        {"context": '{"a": NaN}'},
        {"reason": "x" * 2001},
        {"reason": "a\0b"},
        {"reference": "x" * 201},
    ],
)
def test_an_invalid_option_is_not_a_refusal(world, support, changes):
    """An invalid option exits with status 2 and stores nothing."""
    before = everything()
    with pytest.raises(CommandError) as refused:
        make(world, **changes)
    assert refused.value.returncode == 2
    assert everything() == before


@pytest.mark.parametrize("option", ["--skip-approval", "--approved", "--yes", "--approver=dave"])
def test_no_option_goes_around_approval(world, support, option):
    """No option makes a ticket without a required approval."""
    ImpersonationPermission.objects.update(approval_required=True)
    words = ["--actor=carol", "--subject=alice", "--target=back-api", "--scope=read", "--reason=Case", option]
    with pytest.raises(CommandError, match="unrecognized arguments"):
        call_command("make_impersonation_ticket", *words)
    assert not ImpersonationTicket.objects.exists()


def test_a_shell_sees_what_is_missing():
    """Missing options exit with status 2, with the usage on standard error."""
    command = [sys.executable, "-m", "django", "make_impersonation_ticket", "--actor", "carol"]
    run = subprocess.run(
        [*command, "--settings", "tests.settings"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert "--subject" in run.stderr
