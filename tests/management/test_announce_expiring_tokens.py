"""The command writes to the owners of personal access tokens that expire soon."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.worlds.personal_access_tokens import make
from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import expiry_letters, making, revocation


def announce(**options):
    said = io.StringIO()
    call_command("announce_expiring_tokens", stdout=said, stderr=io.StringIO(), **options)
    return said.getvalue().strip()


def told(mailoutbox):
    """Return the name of the token and the address of each letter."""
    return [(letter.subject.split("“")[1].split("”")[0], *letter.to) for letter in mailoutbox]


def test_owners_get_one_letter(world, mailoutbox):
    """Owners of active tokens that expire within the given days get one letter; a second run sends none."""
    make(world, name="ends soon", days=3)
    make(world, world.bob, name="ends too", days=6)
    make(world, name="ends later", days=9)
    revocation.revoke(make(world, name="is revoked", days=3).row)
    make(world, name="has ended", days=-1)
    assert announce(dry_run=True) == "Would announce at most 2 tokens."
    assert mailoutbox == []
    assert announce(batch_size=1) == "Announced 2 tokens to their owners."
    assert told(mailoutbox) == [("ends soon", "alice@example.org"), ("ends too", "bob@example.org")]
    assert announce() == "Announced 0 tokens to their owners."
    assert announce(days=30) == "Announced 1 tokens to their owners."
    assert len(mailoutbox) == 3


def test_a_renewed_token_is_announced_anew(world, mailoutbox):
    made = make(world, days=3)
    announce()
    making.rotate(made.row, expires=timezone.now() + timedelta(days=30))
    assert announce() == "Announced 0 tokens to their owners."
    with time_machine.travel(timezone.now() + timedelta(days=25)):
        assert announce() == "Announced 1 tokens to their owners."
    assert len(mailoutbox) == 2


def test_two_runs_at_once_send_one_letter(world, mailoutbox):
    """Two simultaneous runs that have both read a row send one letter."""
    make(world, days=3)
    first, second = (expiry_letters.announce(timedelta(days=7), batch_size=10) for _run in range(2))
    rows = list(PersonalAccessToken.objects.select_related("owner"))
    assert next(first) == 1
    assert [expiry_letters._announce(row) for row in rows] == [False]
    assert list(second) == []
    assert len(mailoutbox) == 1


def test_an_inactive_owner_gets_no_letter(world, mailoutbox):
    make(world, days=3)
    world.alice.is_active = False
    world.alice.save()
    assert announce() == "Announced 0 tokens to their owners."
    world.alice.is_active = True
    world.alice.save()
    assert announce() == "Announced 1 tokens to their owners."


@pytest.mark.parametrize("options", [{"days": 0}, {"days": -3}, {"days": 10**9}, {"batch_size": 0}])
def test_senseless_numbers_are_refused(world, options, mailoutbox):
    make(world, days=3)
    with pytest.raises(CommandError):
        announce(**options)
    assert mailoutbox == []
