"""T26: revoking a token leaves no active descendant, at any timing."""

from __future__ import annotations

import time

import pytest
from django.db import connection, transaction
from oauth2_provider.models import get_access_token_model

from token_exchange.models import ExchangedToken

pytestmark = pytest.mark.postgres


def existing_children():
    """Return the access tokens that an exchange issued and that still exist."""
    return get_access_token_model().objects.filter(token_checksum__in=ExchangedToken.objects.values("fingerprint"))


def wait_until_a_process_is_blocked():
    """Wait until another process waits for a lock that this one holds."""
    for _attempt in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    pytest.fail("nobody ever waited: the lock is missing")


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.02, 0.05, 0.1, 0.2])
def test_revoke_in_the_middle_of_a_burst_of_exchanges(site, worker, delay):
    """While one process exchanges and another revokes, no descendant stays active."""
    site.policy()
    token = site.login_token()
    exchanging = [worker("exchange", token=token, seconds=3.0) for _process in range(2)]
    revoking = worker("revoke", token=token, client="spa", delay=delay)
    for process in (*exchanging, revoking):
        process.go()
    answers = [answer for process in exchanging for answer in process.result()]
    assert revoking.result() == 200
    assert {answer["status"] for answer in answers} <= {200, 400}
    assert answers[-1] == {**answers[-1], "status": 400, "error": "invalid_request"}
    assert not existing_children().exists()
    assert not ExchangedToken.objects.filter(revoked__isnull=True).exists()


def test_an_exchange_that_has_not_committed_is_waited_for(site, worker):
    """A revocation waits for the exchange that locks the parent, and revokes its token too."""
    site.policy()
    token = site.login_token()
    with transaction.atomic():
        assert site.exchange(token).status_code == 200
        revoking = worker("revoke", token=token, client="spa").go()
        wait_until_a_process_is_blocked()
    assert revoking.result() == 200
    assert ExchangedToken.objects.get().revoked is not None
    assert not existing_children().exists()


def test_a_revocation_that_has_not_committed_is_waited_for(site, worker):
    """An exchange waits for the revocation of its parent, and is then refused."""
    site.policy()
    token = site.login_token()
    with transaction.atomic():
        site.revoke(token, client=site.spa)
        exchanging = worker("exchange", token=token, seconds=0).go()
        wait_until_a_process_is_blocked()
    (answer,) = exchanging.result()
    assert (answer["status"], answer["error"]) == (400, "invalid_request")
    assert not ExchangedToken.objects.exists()
