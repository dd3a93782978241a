"""A denial never covers more because somebody or something that it names is deleted; the version always tells."""

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
def test_a_denial_that_loses_its_only_party_is_switched_off(world, caplog, model, field, kind, way):
    """Whatever the list, whatever is deleted, however: the others go on, the version rises, and it is told."""
    support = SupportTeam(world)
    world.policy()
    login = world.login_token()
    row = denial(world, model, field, PARTIES[kind](world, "alone"))
    assert world.exchange(login).status_code == 200
    if field != "clients":  # while no client is known yet, a denial that names one stops the asking
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
    row.enabled = True  # by a script that knows nothing of it
    row.save()
    assert world.exchange(login).status_code == 200
    assert support.trade(support.ticket()).status_code == 200


@pytest.mark.parametrize(("model", "field", "kind"), LISTS, ids=lambda value: getattr(value, "__name__", value))
def test_a_denial_that_loses_one_of_several_stays(world, model, field, kind):
    """One is deleted, the other is named still; both at once, and nobody is."""
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


def test_rows_deleted_behind_django_s_back(world):
    """A list that the database emptied leaves no denial of everybody, once the rules are read again."""
    world.policy()
    login, mallory = world.login_token(), world.user("mallory")
    row = denial(world, ExchangePolicy, "actor_users", mallory)
    ExchangePolicy.actor_users.through.objects.all()._raw_delete(token_database())
    row.description = "touched"
    row.save()
    assert world.exchange(login).status_code == 200


@pytest.mark.parametrize("how", ["clear", "remove", "set"])
def test_a_list_emptied_by_code_denies_nobody(world, how):
    """Nor does a denial widen by what a script takes out of it; who means everybody says so in the form."""
    world.policy()
    login = world.login_token()
    row = denial(world, ExchangePolicy, "actor_clients", world.front)
    assert world.exchange(login).status_code == 400
    actions = {"clear": row.actor_clients.clear, "set": lambda: row.actor_clients.set([])}
    actions.get(how, lambda: row.actor_clients.remove(world.front))()
    assert world.exchange(login).status_code == 200
    row.actor_clients.add(world.front)
    assert world.exchange(login).status_code == 400


def test_a_denial_that_never_named_anybody_denies_everybody(world):
    """Fields that are left empty do not narrow it."""
    world.policy()
    login = world.login_token()
    assert world.exchange(login).status_code == 200
    denial(world, ExchangePolicy, "actor_users")
    assert world.exchange(login).status_code == 400


def test_a_permit_that_loses_a_party_stays_and_permits_less(world):
    """Deleting a listed subject ends the policy for that user and for no other."""
    row = world.policy(subject_kind="listed_users", lists={"subject_users": [world.alice, world.bob]})
    tokens = [world.login_token(user) for user in (world.alice, world.bob)]
    assert [world.exchange(token).status_code for token in tokens] == [200, 200]
    world.bob.delete()
    row.refresh_from_db()
    assert row.enabled
    assert world.exchange(tokens[0]).status_code == 200


# Only what the rules name raises the version


def test_an_application_that_no_rule_names_changes_nothing(world):
    """Any user may save, rename and delete an app of their own at /o/applications/."""
    world.policy()
    before, own = version(), world.client("own", user=world.bob)
    own.name, own.client_id = "mine", "renamed"
    own.save()
    own.delete()
    world.user("stranger").delete()
    assert version() == before


@pytest.mark.parametrize("named", ["client", "issued_to", "actor_clients", "may_act", "owner", "clients"])
def test_a_client_that_a_rule_names_raises_it_by_its_id_alone(world, named):
    """The rules know clients by their id, and nothing else of them."""
    client = world.client("named")
    if named == "owner":
        world.make_target("its", owner=client)
    elif named == "clients":
        ImpersonationPermission.objects.create(name="p", methods=["delegation"]).clients.set([client])
    elif named.endswith("clients"):
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


def test_rules_are_read_while_others_change_them(world, monkeypatch):
    """Where the version rises at every reading, the last one locks it and is whole."""
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
