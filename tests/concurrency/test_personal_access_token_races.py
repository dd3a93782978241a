"""Simultaneous requests give one token for a name, and one value for a renewal (INV-20)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from tests.worlds.personal_access_tokens import Person, make, policy_for_scripts, trade, value_shown
from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import making

pytestmark = pytest.mark.postgres

CLICKS = 6


def at_once(act):
    """Return the answers to these simultaneous calls, each in a thread with its own connections."""
    barrier = Barrier(CLICKS)

    def click(person):
        try:
            barrier.wait(timeout=30)
            return act(person)
        finally:
            connections.close_all()

    return click


def answers_to(act, people):
    with ThreadPoolExecutor(CLICKS) as pool:
        return list(pool.map(at_once(act), people))


def test_one_name_is_made_once(site):
    people = [Person(site) for _click in range(CLICKS)]
    answers = answers_to(lambda person: person.makes(), people)
    assert sorted(answer.status_code for answer in answers) == [200, *[400] * (CLICKS - 1)]
    assert PersonalAccessToken.objects.count() == 1


def test_one_form_renews_once(site):
    """Of two submissions of one form, one renews the token."""
    policy_for_scripts(site)
    row = make(site).row
    form = {"seen": row.fingerprint[-8:], "lifetime": "7", "day": ""}
    people = [Person(site) for _click in range(CLICKS)]
    answers = answers_to(lambda person: person.post(f"{row.pk}/renew/", form), people)
    (shown,) = [answer for answer in answers if answer.status_code == 200]
    assert trade(site, value_shown(shown)).status_code == 200


def test_renewing_and_revoking_leave_no_active_token(site):
    """A token that is renewed and revoked at once is revoked, in any order."""
    policy_for_scripts(site)
    row = make(site).row
    form = {"seen": row.fingerprint[-8:], "lifetime": "7", "day": ""}
    people = [Person(site) for _click in range(CLICKS)]
    people[0].revokes = True

    def act(person):
        where, sent = (f"{row.pk}/revoke/", {}) if hasattr(person, "revokes") else (f"{row.pk}/renew/", form)
        return person.post(where, sent)

    answers = answers_to(act, people)
    assert answers[0].status_code == 302
    for shown in (answer for answer in answers if answer.status_code == 200):
        assert trade(site, value_shown(shown)).status_code == 400


def test_a_renewed_token_stays_renewed_while_keys_rotate(site, settings):
    """A request that read the old value before a renewal does not store it again."""
    policy_for_scripts(site)
    for _round in range(5):
        made = make(site, name=f"token {_round}")
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = f"new key {_round}", [settings.SECRET_KEY]
        barrier, renewed = Barrier(2), []

        def trading(made=made, barrier=barrier):
            barrier.wait(timeout=30)
            return trade(site, made.value).status_code

        def renewing(made=made, barrier=barrier, renewed=renewed):
            barrier.wait(timeout=30)
            row = PersonalAccessToken.objects.get(pk=made.row.pk)
            try:
                renewed.append(making.renew(row, expires=timezone.now() + timedelta(days=3)).value)
            except making.Refused:  # rehashed between reading and locking
                row.refresh_from_db()
                renewed.append(making.renew(row, expires=timezone.now() + timedelta(days=3)).value)

        def closing(act):
            try:
                return act()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(closing, [trading, renewing]))
        assert trade(site, made.value).status_code == 400
        assert trade(site, renewed[0]).status_code == 200
