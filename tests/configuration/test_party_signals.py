"""A denial never covers more because a party that it names is deleted, and every such change raises the version."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.checks import run_checks
from oauth2_provider.models import get_application_model

from tests.worlds.support_team import SupportTeam
from token_exchange.configuration import snapshot
from token_exchange.models import ConfigurationVersion, ExchangePolicy, ImpersonationPermission, Target
from token_exchange.models.named_kinds import PARTS
from token_exchange.toolkit.compat import token_database

PARTIES = {
    "users": lambda world, name: world.user(name),
    "groups": lambda world, name: Group.objects.create(name=name),
    "clients": lambda world, name: world.client(name),
    "targets": lambda world, name: world.make_target(name),
}
MODELS = {
    "users": get_user_model,
    "groups": lambda: Group,
    "clients": get_application_model,
    "targets": lambda: Target,
}
WAYS = {
    "instance": lambda party, other: party.delete(),
    "queryset": lambda party, other: type(party)._default_manager.filter(pk=party.pk).delete(),
    "with others": lambda party, other: type(party)._default_manager.filter(pk__in=[party.pk, other.pk]).delete(),
}
LISTS = [
    (model, field, field.rpartition("_")[2])
    for model, kinds in PARTS.items()
    for fields in kinds.values()
    for field in fields
]


def version():
    return ConfigurationVersion.objects.get().version


def denial(world, model, field, *parties):
    if model is ExchangePolicy:
        kind = "listed_users" if field.startswith("subject") else "anyone"
        row = world.policy(effect="deny", scopes=[], ways=[], subject_kind=kind, issued_to=[])
    else:
        row = ImpersonationPermission.objects.create(name="no", effect="deny")
    getattr(row, field).set(parties)
    return row


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("model", "field", "kind"), LISTS, ids=lambda value: getattr(value, "__name__", value))
def test_a_denial_that_loses_its_only_party_is_disabled(world, caplog, model, field, kind, way):
    """Other rules keep working, the version rises, and a log line and a check report the disabled denial."""
    support = SupportTeam(world)
    world.policy()
    login = world.login_token()
    row = denial(world, model, field, PARTIES[kind](world, "alone"))
    assert world.exchange(login).status_code == 200
    if field != "clients":  # before a client is known, a denial that names a client stops the request of a ticket
        assert support.trade(support.ticket()).status_code == 200
    party, other = getattr(row, field).get(), PARTIES[kind](world, "another")
    before = version()
    WAYS[way](party, other)
    assert version() > before
    row.refresh_from_db()
    assert not row.enabled
    assert [record for record in caplog.records if "is disabled" in record.getMessage()]
    assert "token_exchange.W022" in {message.id for message in run_checks(databases=[token_database()])}
    assert world.exchange(login).status_code == 200
    assert support.trade(support.ticket()).status_code == 200
    row.enabled = True  # as a script might
    row.save()
    assert world.exchange(login).status_code == 200
    assert support.trade(support.ticket()).status_code == 200


@pytest.mark.parametrize(("model", "field", "kind"), LISTS, ids=lambda value: getattr(value, "__name__", value))
def test_a_denial_that_loses_one_of_several_stays(world, model, field, kind):
    """A denial stays enabled while it names one party, and is disabled when the last ones are deleted together."""
    parties = [PARTIES[kind](world, name) for name in ("one", "two")]
    row = denial(world, model, field, *parties)
    before = version()
    parties[0].delete()
    row.refresh_from_db()
    assert row.enabled
    assert version() > before
    again = PARTIES[kind](world, "three")
    getattr(row, field).add(again)
    MODELS[kind]()._default_manager.filter(pk__in=[parties[1].pk, again.pk]).delete()
    row.refresh_from_db()
    assert not row.enabled


def test_rows_deleted_without_signals(world):
    """A denial whose list was emptied by SQL denies nothing after the rules are read again."""
    world.policy()
    login, mallory = world.login_token(), world.user("mallory")
    row = denial(world, ExchangePolicy, "actor_users", mallory)
    ExchangePolicy.actor_users.through.objects.all()._raw_delete(token_database())
    row.description = "touched"
    row.save()
    assert world.exchange(login).status_code == 200


@pytest.mark.parametrize("how", ["clear", "remove", "set"])
def test_a_denial_whose_list_code_emptied_denies_nothing(world, how):
    """A denial denies nothing after a script empties its list; only the form can confirm that it covers everybody."""
    world.policy()
    login = world.login_token()
    row = denial(world, ExchangePolicy, "actor_clients", world.front)
    assert world.exchange(login).status_code == 400
    actions = {"clear": row.actor_clients.clear, "set": lambda: row.actor_clients.set([])}
    actions.get(how, lambda: row.actor_clients.remove(world.front))()
    assert world.exchange(login).status_code == 200
    row.actor_clients.add(world.front)
    assert world.exchange(login).status_code == 400


def test_a_denial_that_never_named_a_party_denies_everybody(world):
    """Fields that are left empty do not narrow it."""
    world.policy()
    login = world.login_token()
    assert world.exchange(login).status_code == 200
    denial(world, ExchangePolicy, "actor_users")
    assert world.exchange(login).status_code == 400


def test_a_permit_that_loses_a_party_stays_and_permits_less(world):
    """After a listed user is deleted, the policy still permits exchanges for the other listed user."""
    row = world.policy(subject_kind="listed_users", lists={"subject_users": [world.alice, world.bob]})
    tokens = [world.login_token(user) for user in (world.alice, world.bob)]
    assert [world.exchange(token).status_code for token in tokens] == [200, 200]
    world.bob.delete()
    row.refresh_from_db()
    assert row.enabled
    assert world.exchange(tokens[0]).status_code == 200


# Only changes of parties that rules name raise the version


def test_an_application_that_no_rule_names_changes_nothing(world):
    """Users may save, rename and delete their own apps at /o/applications/: that never raises the version."""
    world.policy()
    before, own = version(), world.client("own", user=world.bob)
    own.name, own.client_id = "mine", "renamed"
    own.save()
    own.delete()
    world.user("stranger").delete()
    assert version() == before


@pytest.mark.parametrize("named", ["client", "issued_to", "actor_clients", "may_act", "owner", "clients"])
def test_a_client_that_a_rule_names_raises_the_version_by_its_id_only(world, named):
    """Snapshots hold only the client id of a client, so only a new client id raises the version."""
    client = world.client("named")
    if named == "owner":
        world.make_target("its", owner=client)
    elif named == "clients":
        ImpersonationPermission.objects.create(name="p", methods=["delegation"]).clients.set([client])
    elif named in ("issued_to", "actor_clients"):
        getattr(world.policy(), named).add(client)
    else:
        world.policy(**{"client": world.front, named: client})
    before = version()
    client.name, client.redirect_uris = "other", "https://elsewhere.example/"
    client.save()
    client.save(update_fields=["name"])
    assert version() == before
    client.client_id = "renamed"
    client.save()
    assert version() == before + 1
    before = version()
    client.delete()
    assert version() > before


def test_rules_are_read_while_they_change(world, monkeypatch):
    """If the version rises during every reading, the last reading locks it and succeeds."""
    world.policy()
    snapshot.forget()
    seen, read = [], snapshot._version

    def rising(using, *, locked=False):
        if not locked and len(seen) < 2 * snapshot.ATTEMPTS:
            seen.append(read(using))
            ConfigurationVersion.objects.update(version=seen[-1] + 1)
        return read(using, locked=locked)

    monkeypatch.setattr(snapshot, "_version", rising)
    assert snapshot.current(token_database()).policies
    assert len(seen) == 2 * snapshot.ATTEMPTS
