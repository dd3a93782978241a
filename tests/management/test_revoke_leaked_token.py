"""The command revokes tokens whose values others could read."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from tests.worlds.log_capture import capturing_logs
from tests.worlds.personal_access_tokens import make, nothing_changes, policy_for_scripts, trade
from tests.worlds.support_team import SupportTeam
from token_exchange.models import ExchangeRecord, ImpersonationTicket, PersonalAccessToken
from token_exchange.toolkit import token_values
from token_exchange.toolkit.compat import token_database

NONE_LEFT = "Revoked before: 0. Unknown: 0."


def revoke(world, *values):
    """Return the output for these lines, after checking that neither it nor the log contains a value."""
    said, errors = io.StringIO(), io.StringIO()
    with capturing_logs() as world.heard:
        call_command("revoke_leaked_token", stdin=io.StringIO("\n".join(values)), stdout=said, stderr=errors)
    world.assert_silent(said.getvalue(), errors.getvalue())
    return said.getvalue().splitlines()


@pytest.mark.scenario("P08")
def test_each_kind_is_revoked_with_its_descendants(world, mailoutbox, django_capture_on_commit_callbacks):
    """The command revokes a token of each kind together with the tokens exchanged from it."""
    support = SupportTeam(world)
    policy_for_scripts(world)
    world.policy()
    personal, ticket, login = make(world), support.ticket(), world.login_token()
    live = [trade(world, personal.value).json()["access_token"], support.traded(ticket), world.issued(login)]
    with django_capture_on_commit_callbacks(using=token_database(), execute=True):
        said = revoke(
            world, personal.value, "", f"  {ticket}\r", login, token_values.generate("txpat_"), "x", "ü" * 9_000
        )
    assert said == [
        "Revoked: 1 personal access tokens, 1 impersonation tickets, 1 access tokens, "
        "and 3 active tokens exchanged from them.",
        "Revoked before: 0. Unknown: 3.",
    ]
    clients = (world.front, support.desk, world.front)
    assert not any(
        world.introspect(token, client=client)["active"] for token, client in zip(live, clients, strict=True)
    )
    assert not world.introspect(login, client=world.spa)["active"]
    assert trade(world, personal.value).status_code == 400
    assert ImpersonationTicket.objects.get().revoked is not None
    reasons = ExchangeRecord.objects.filter(outcome="revoked").values_list("reason", flat=True)
    assert list(reasons) == ["leaked"] * 3
    (letter,) = [letter for letter in mailoutbox if "leaked" in letter.subject]
    assert letter.to == ["alice@example.org"]


def test_an_issued_token_is_known_too(world, alices_token):
    """The command revokes an exchanged token with its descendants, but not its parents."""
    issued = world.issued(alices_token)
    assert revoke(world, issued)[0].endswith("1 access tokens, and 0 active tokens exchanged from them.")
    assert not world.introspect(issued)["active"]
    assert world.introspect(alices_token, client=world.spa)["active"]


def test_twice_is_once(world, mailoutbox, django_capture_on_commit_callbacks):
    made = make(world)
    with django_capture_on_commit_callbacks(using=token_database(), execute=True):
        revoke(world, made.value)
        assert revoke(world, made.value)[1] == "Revoked before: 1. Unknown: 0."
    assert len(mailoutbox) == 1
    assert ExchangeRecord.objects.count() == 1


def test_nothing_is_nothing(world):
    make(world)
    with nothing_changes():
        assert revoke(world)[1] == NONE_LEFT


def test_never_by_an_argument(world):
    """A value in an argument is refused unread, because arguments are visible."""
    made = make(world)
    with pytest.raises(CommandError):
        call_command("revoke_leaked_token", made.value, stdin=io.StringIO())
    assert PersonalAccessToken.objects.get().revoked is None
