"""Section N: a personal access token is exchanged for a short-lived access token with limits (INV-20)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connections, router
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.worlds.personal_access_tokens import make, policy_for_scripts, trade
from tests.worlds.world import exchange_form
from token_exchange.models import ExchangeRecord, PersonalAccessToken
from token_exchange.personal_access_tokens import lookup, making, revocation
from token_exchange.sts.vocabulary import ACCESS_TOKEN, PERSONAL_ACCESS_TOKEN
from token_exchange.tokens import lineage
from token_exchange.toolkit.compat import token_database


@pytest.fixture
def policy(world):
    return policy_for_scripts(world)


def traded(world, value, **parameters):
    answer = trade(world, value, **parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()["access_token"]


def refused(world, bad, *, error="invalid_request", reason=None, **parameters):
    """Refuse another value, or this request, after a valid personal access token was exchanged."""
    good = make(world).value
    return world.refused(
        lambda: trade(world, good),
        lambda: trade(world, good if bad is None else bad, **parameters),
        error=error,
        reason=reason,
    )


def is_alive(world, token):
    return world.introspect(token)["active"]


def test_n06_exchanged(world, policy):
    """The new token is an ordinary access token of the owner, for the only target and the scopes of the old one."""
    value = make(world).value
    answer = trade(world, value)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["scope"], answer.json()["issued_token_type"]) == ("read write", ACCESS_TOKEN)
    told = world.introspect(answer.json()["access_token"])
    assert (told["sub"], told["aud"], told.get("act")) == (
        str(world.alice.pk),
        ["back-api", *world.target.resources],
        None,
    )
    record = ExchangeRecord.objects.latest("pk")
    assert (record.subject_token_type, record.subject_name) == (PERSONAL_ACCESS_TOKEN, "alice")


def test_n07_exchanged_again(world, policy):
    """A personal access token can be exchanged many times."""
    value = make(world).value
    assert [trade(world, value).status_code for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"scope": "orders:read"}, "invalid_scope"),
        ({"scope": "read orders:read"}, "invalid_scope"),
        ({"audience": "invoices-api"}, "invalid_target"),
        ({"audience": ["back-api", "invoices-api"]}, "invalid_target"),
    ],
)
def test_n06_not_beyond_its_scopes_and_targets(world, policy, parameters, error):
    """Scopes and targets that the token lacks are refused, although the policy permits them."""
    refused(world, None, error=error, **parameters)


def test_n06_a_token_without_targets_opens_nothing(world, policy):
    """A token without targets is refused for every target."""
    refused(world, make(world, targets=[]).value, error="invalid_target", audience="back-api")


def test_n06_not_taken_by_a_policy_that_does_not_list_it(world, policy):
    """A token is accepted only under its own type, and only by a policy that lists that type."""
    world.policy(client=world.agent)
    value = make(world).value
    assert trade(world, value).status_code == 200
    for request in ({"subject_token_type": ACCESS_TOKEN}, {"client": world.agent}):
        before = world.counts()
        world.assert_refusal(trade(world, value, **request), before, error="invalid_request")


def test_n06_it_never_acts(world, policy):
    """A personal access token is refused as actor token."""
    value = make(world).value
    refused(world, None, reason="token_type_unsupported", actor_token=value, actor_token_type=PERSONAL_ACCESS_TOKEN)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda value: value[:-1],
        lambda value: value + "0",
        lambda value: value.swapcase(),
        lambda value: value.removeprefix("txpat_"),
        lambda value: value[:20] + ("a" if value[20] != "a" else "b") + value[21:],
        lambda value: "txpat_" + "0" * 49,
    ],
    ids=["truncated", "longer", "other case", "no prefix", "one letter", "zeros"],
)
def test_n08_spoilt(world, policy, spoil):
    """A value that differs from the token in any character is refused."""
    refused(world, spoil(make(world).value), reason="token_unknown")


def test_n14_a_typo_costs_no_statement(world, policy):
    """A value with a wrong checksum is refused without a database query."""
    value = make(world).value
    with CaptureQueriesContext(connections[token_database()]) as genuine:
        assert lookup.find(value) is not None
    with CaptureQueriesContext(connections[token_database()]) as typo:
        assert lookup.find(value[:-1] + ("a" if value[-1] != "a" else "b")) is None
    assert (len(genuine), len(typo)) == (1, 0)


def test_n08_expired(world, policy):
    """An expired personal access token is refused."""
    value = make(world, days=1).value
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=True):
        refused(world, value, reason="token_expired")


def test_n13_the_database_holds_a_keyed_hash(world, policy, settings):
    """The row contains neither the value nor a plain hash, and without the site's key the value is not found."""
    made = make(world)
    assert made.value not in str(vars(made.row))
    assert made.value not in repr(made)
    settings.SECRET_KEY = "another key of the site, of which nobody told us"
    assert lookup.find(made.value) is None


def test_n13_the_key_is_rotated(world, policy, settings):
    """With Django's fallback keys a token is found, and its row and descendants are stored under the new key."""
    made = make(world)
    token = traded(world, made.value)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new key of the site, long enough for anybody"
    assert trade(world, made.value).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert trade(world, made.value).status_code == 200
    assert is_alive(world, token)
    revocation.revoke(PersonalAccessToken.objects.get())
    assert not is_alive(world, token)


def test_l20_revoked(world, policy):
    """A revoked token is refused, and every token that was exchanged from it is inactive."""
    made = make(world)
    token = traded(world, made.value)
    relay = world.policy(client=world.agent, issued_to=[world.front], scopes=["read"])
    assert relay.enabled
    second = world.issued(token, client=world.agent)
    assert revocation.revoke(made.row) == 2
    assert not is_alive(world, token)
    assert world.introspect(second, client=world.agent) == {"active": False}
    refused(world, made.value, reason="token_revoked")
    assert revocation.revoke(made.row) == 0, "once is enough"


def test_l20_revoked_past_every_signal(world, policy):
    """If SQL revokes the row, its descendants are inactive too, because ancestors are looked up."""
    token = traded(world, make(world).value)
    PersonalAccessToken.objects.update(revoked=timezone.now())
    assert not is_alive(world, token)


def test_rotated(world, policy):
    """After a renewal the new value is accepted; the old value and its descendants are not."""
    made = make(world)
    token = traded(world, made.value)
    renewed = making.rotate(made.row, expires=timezone.now() + timedelta(days=60))
    world.secrets.add(renewed.value)
    assert not is_alive(world, token)
    assert is_alive(world, traded(world, renewed.value))
    refused(world, made.value, reason="token_unknown")


def test_n10_owner_deactivated(world, policy):
    """The token and its descendants are refused while the owner is inactive."""
    value = make(world, world.bob).value
    token = traded(world, value)
    get_user_model().objects.filter(pk=world.bob.pk).update(is_active=False)
    assert not is_alive(world, token)
    refused(world, value, reason="subject_inactive")


def test_n10_owner_deleted(world, policy):
    """Deleting the owner deletes the personal access token and ends the tokens exchanged from it."""
    token = traded(world, make(world, world.bob).value)
    world.bob.delete()
    assert not PersonalAccessToken.objects.exists()
    assert not is_alive(world, token)


@pytest.fixture
def clerks(world, settings):
    """Require a permission, which only clerks have, for the scope `write`."""
    settings.TOKEN_EXCHANGE = {"SCOPE_PERMISSIONS": {"write": "token_exchange.change_target"}}
    group = Group.objects.create(name="clerks")
    group.permissions.add(Permission.objects.get(codename="change_target"))
    return group


def test_n10_owner_lost_a_right(world, policy, clerks):
    """A scope whose permission the owner has lost is not granted at the next use, and refused if requested (T42)."""
    world.alice.groups.add(clerks)
    value = make(world).value
    assert trade(world, value).json()["scope"] == "read write"
    world.alice.groups.clear()
    assert trade(world, value).json()["scope"] == "read"
    before = world.counts()
    world.assert_refusal(trade(world, value, scope="write"), before, error="invalid_scope")


def test_n19_of_a_superuser(world, policy):
    """A token of a staff member or superuser is accepted only if the policy covers such users."""
    root = world.user("root", is_superuser=True)
    refused(world, make(world, root).value, reason="not_permitted_by_any_policy")


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(using=router.db_for_write(ExchangeRecord), execute=True)


def use(world, value, committing, address="192.0.2.1"):
    with committing():
        form = exchange_form(value, subject_token_type=PERSONAL_ACCESS_TOKEN)
        assert world.post(form, client=world.front, REMOTE_ADDR=address).status_code == 200
    return PersonalAccessToken.objects.get()


def test_last_use_is_noted_at_most_once_a_minute(world, policy, committing):
    value, noon = make(world).value, timezone.now()
    with time_machine.travel(noon, tick=False):
        assert use(world, value, committing).last_used == noon
    with time_machine.travel(noon + timedelta(seconds=59), tick=False):
        assert use(world, value, committing).last_used == noon
    with time_machine.travel(noon + timedelta(seconds=60), tick=False):
        assert use(world, value, committing).last_used == noon + timedelta(seconds=60)


def test_the_owner_gets_a_letter_about_a_new_address(world, policy, committing, mailoutbox):
    """The first address sends no letter, the second sends one, and no letter contains the value."""
    value = make(world).value
    for address in ("192.0.2.1", "192.0.2.1", "198.51.100.7", "192.0.2.1", "198.51.100.7"):
        use(world, value, committing, address)
    (letter,) = mailoutbox
    assert letter.to == ["alice@example.org"]
    assert "nightly import" in letter.subject
    assert "198.51.100.7" in letter.body
    world.assert_silent(letter.subject, letter.body)


def test_a_mail_server_that_fails_changes_nothing(world, policy, committing, settings, caplog):
    """A failure of the mail server does not affect the answer, and is logged."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    value = make(world).value
    use(world, value, committing)
    assert use(world, value, committing, "198.51.100.7").last_address == "198.51.100.7"
    assert [line.letter for line in caplog.records if line.message == "A letter was not sent."] == [
        "personal_access_token_used_from"
    ]


def test_descendants_are_counted(world, policy):
    """The number of descendants is the one that an administrator sees before revoking."""
    made = make(world)
    traded(world, made.value)
    assert len(lineage.descendants(made.row.fingerprint, token_database())) == 1
