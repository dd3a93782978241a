"""TXS-016: refusals that look like an attack have high severity in the record, the log and the signal."""

from __future__ import annotations

import logging

import pytest

from token_exchange.models import ExchangeRecord

pytestmark = pytest.mark.scenario("TXS-016")


def severity():
    """Return the severity of the newest record."""
    return ExchangeRecord.objects.latest("pk").severity


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_reaching_for_staff(world, right):
    """An exchange for a staff member under a policy that does not cover staff has high severity."""
    world.policy()
    token, other = world.login_token(), world.login_token(world.bob)
    type(world.alice).objects.filter(pk=world.alice.pk).update(**{right: True})
    assert world.exchange(token).status_code == 400
    assert severity() == "high"
    assert world.exchange(other).status_code == 200
    assert severity() == "routine"


def test_reaching_for_a_user_beyond_the_policy(world):
    """An exchange for a user whom no policy lists has high severity."""
    world.policy(subject_kind="listed_users", lists={"subject_users": [world.bob]})
    assert world.exchange(world.login_token(world.bob), scope="write").status_code == 400
    assert severity() == "routine"
    assert world.exchange(world.login_token()).status_code == 400
    assert severity() == "high"


def test_an_external_issuer_naming_staff(world, key_server, present):
    """An external token about a staff member, of an issuer that does not cover staff, has high severity."""
    type(world.alice).objects.filter(pk=world.alice.pk).update(is_staff=True)
    assert present(key_server.sign()).status_code == 400
    assert severity() == "high"


def test_a_token_that_comes_twice(key_server, issuer, present):
    """The second use of a single-use token has high severity, because it may have been stolen."""
    issuer.single_use = True
    issuer.save()
    token = key_server.sign()
    assert present(token).status_code == 200
    assert present(token).status_code == 400
    assert severity() == "high"


@pytest.mark.parametrize(
    "changes",
    [{"scope": "write"}, {"audience": "nobody"}, {"subject_token": "unknown"}, {"without": ["subject_token"]}],
    ids=["scope", "target", "token", "parameter"],
)
def test_mistakes_are_routine(world, alices_token, changes):
    """Refusals that look like mistakes are routine."""
    assert world.exchange(alices_token, **changes).status_code == 400
    assert severity() == "routine"


def test_a_client_where_users_are_meant_is_a_mistake(world):
    """A client's own token under a policy for users is routine: no user was targeted."""
    world.policy(ways=["same_subject"])
    assert world.exchange(world.client_token()).status_code == 400
    record = ExchangeRecord.objects.latest("pk")
    assert (record.detail, record.severity) == ("subject", "routine")


@pytest.mark.django_db(transaction=True)
def test_high_severity_is_logged_as_an_error(world, caplog):
    """A refusal of high severity is logged as an error with its severity; a routine refusal is not."""
    world.policy(subject_kind="listed_users", lists={"subject_users": [world.bob]})
    caplog.set_level(logging.INFO, "token_exchange")
    for user, scope in ((world.bob, "read"), (world.bob, "write"), (world.alice, "read")):
        world.exchange(world.login_token(user), scope=scope)
    told = [(line.levelname, line.severity) for line in caplog.records if hasattr(line, "severity")]
    assert told == [("INFO", "routine"), ("WARNING", "routine"), ("ERROR", "high")]
