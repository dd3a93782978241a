"""A personal access token follows the site's key, and never goes back to a value that it has left."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tests.worlds.personal_access_tokens import make, policy_for_scripts, trade
from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import lookup, making, revocation


def test_a_value_renewed_between_reading_and_rehashing_stays_invalid(world, settings, monkeypatch):
    """The row is renewed at the worst moment: after it was found, before it is written under the new key."""
    policy_for_scripts(world)
    made = make(world)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of the site", [settings.SECRET_KEY]
    rehash, renewed = lookup._rehash, []

    def late(row, fingerprint):
        if not renewed:
            fresh = PersonalAccessToken.objects.get(pk=row.pk)
            renewed.append(making.renew(fresh, expires=timezone.now() + timedelta(days=3)).value)
        return rehash(row, fingerprint)

    monkeypatch.setattr(lookup, "_rehash", late)
    assert trade(world, made.value).status_code == 400
    assert trade(world, made.value).status_code == 400
    assert trade(world, renewed[0]).status_code == 200


def test_a_value_follows_the_key(world, settings):
    """What was exchanged under the old key stays derived from the token under the new one."""
    policy_for_scripts(world)
    made = make(world)
    traded = trade(world, made.value).json()["access_token"]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of the site", [settings.SECRET_KEY]
    assert trade(world, made.value).status_code == 200
    assert world.introspect(traded)["active"]
    settings.SECRET_KEY_FALLBACKS = []
    assert trade(world, made.value).status_code == 200
    revocation.revoke_by_owner(PersonalAccessToken.objects.get(pk=made.row.pk))
    assert not world.introspect(traded)["active"]
