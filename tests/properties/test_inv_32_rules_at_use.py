"""INV-32: after any change of the rules, a token gives no more than an exchange now would.

The oracle needs no model: whatever a token still opens after a change, the same exchange would be granted now.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.worlds import back_api
from tests.worlds.issued_kinds import IssuedKinds
from token_exchange.models import ExchangePolicy, ImpersonationPermission, Target, TrustedIssuer

pytestmark = [pytest.mark.urls("tests.worlds.back_api"), pytest.mark.scenario("INV-32")]

PAST, SOON = timedelta(days=-1), timedelta(days=1)


def every(model, **fields):
    """Save these values on every row, as an administrator would."""

    def change(there):
        for row in model.objects.all():
            for name, value in fields.items():
                setattr(row, name, value)
            row.save()

    return change


def cleared(model, *names):
    """Empty these lists of every row."""

    def change(there):
        for row in model.objects.all():
            for name in names:
                getattr(row, name).clear()

    return change


def period(model, field, delta):
    return lambda there: every(model, **{field: timezone.now() + delta})(there)


def denial(**fields):
    """Create a deny policy beside the others."""

    def change(there):
        made = {name: value(there) if callable(value) else value for name, value in fields.items()}
        there.world.policy(**{"effect": "deny", "scopes": [], "ways": [], "issued_to": [], **made})

    return change


def user(name, **fields):
    def change(there):
        person = getattr(there.world, name, None) or getattr(there.support, name)
        for field, value in fields.items():
            setattr(person, field, value)
        person.save()

    return change


def gains(there):
    there.world.alice.user_permissions.add(Permission.objects.get(codename="view_target"))


def joins(there):
    there.world.alice.groups.add(Group.objects.create(name="board"))


def remade(there):
    """Delete the target, and create another with the same name and policies."""
    target = there.world.target
    policies, permissions = list(target.policies.all()), [there.support.permission]
    target.delete()
    again = there.world.make_target("back-api", owner=there.world.back)
    for row in (*policies, *permissions):
        row.targets.add(again)


def renamed(there):
    Target.objects.filter(pk=there.world.target.pk).update(name="front-api")


def denied_permission(there):
    there.support.permit(name="never", effect="deny", lists={"subject_users": [there.world.alice]})


CHANGES = {
    "policies disabled": every(ExchangePolicy, enabled=False),
    "policies only report": every(ExchangePolicy, report_only=True),
    "policies have ended": period(ExchangePolicy, "ends", PAST),
    "policies have not begun": period(ExchangePolicy, "begins", SOON),
    "policies take no such tokens": every(ExchangePolicy, subject_token_types=[]),
    "policies take no tokens of this server": every(ExchangePolicy, accepts_local_tokens=False),
    "policies open no way": every(ExchangePolicy, ways=[]),
    "policies open another way": every(ExchangePolicy, ways=["same_subject"]),
    "policies lose a scope": every(ExchangePolicy, scopes=["orders:read"]),
    "policies allow no actor": every(ExchangePolicy, max_chain_depth=0),
    "policies issue no such token": every(ExchangePolicy, issued_token_types=[]),
    "policies are for clients": every(ExchangePolicy, subject_kind="clients"),
    "policies are for nobody listed": every(ExchangePolicy, subject_kind="listed_users"),
    "policies ask about claims": every(ExchangePolicy, conditions=[{"claim": "team", "operator": "is_true"}]),
    "policies deny": every(ExchangePolicy, effect="deny"),
    "policies belong to another client": lambda there: every(ExchangePolicy, client=there.world.spa)(there),
    "policies name no issuing client": cleared(ExchangePolicy, "issued_to"),
    "policies name no issuer": cleared(ExchangePolicy, "trusted_issuers"),
    "policies name no actor": cleared(ExchangePolicy, "actor_users"),
    "policies say who may act next": lambda there: every(ExchangePolicy, may_act=there.world.spa)(there),
    "policies name no target": cleared(ExchangePolicy, "targets"),
    "targets disabled": every(Target, enabled=False),
    "targets lose a scope": every(Target, scopes=["orders:read"]),
    "targets move": lambda there: every(Target, resources=[f"https://moved-{timezone.now():%f}.example/"])(there),
    "target has no owner": every(Target, owner=None),
    "target deleted": lambda there: there.world.target.delete(),
    "target remade under its name": remade,
    "target renamed": renamed,
    "permission disabled": every(ImpersonationPermission, enabled=False),
    "permission has ended": period(ImpersonationPermission, "ends", PAST),
    "permission has not begun": period(ImpersonationPermission, "begins", SOON),
    "permission allows no manner": every(ImpersonationPermission, methods=[]),
    "permission loses a scope": every(ImpersonationPermission, scopes=["orders:read"]),
    "permission requires approval": every(ImpersonationPermission, approval_required=True, methods=["ticket"]),
    "permission requires a reference": every(ImpersonationPermission, reference_required=True),
    "permission denies": every(ImpersonationPermission, effect="deny"),
    "permission names nobody who acts": cleared(ImpersonationPermission, "actor_groups"),
    "permission names nobody acted for": cleared(ImpersonationPermission, "subject_groups"),
    "permission names no client": cleared(ImpersonationPermission, "clients"),
    "permission names no target": cleared(ImpersonationPermission, "targets"),
    "another permission denies": denied_permission,
    "issuer disabled": every(TrustedIssuer, enabled=False),
    "issuer speaks for no staff": every(TrustedIssuer, privileged_subjects=False),
    "issuer maps to other scopes": every(TrustedIssuer, scope_mapping={"*": ["orders:read"]}),
    "issuer names scopes elsewhere": every(TrustedIssuer, scope_claim="scp"),
    "issuer names its audience elsewhere": every(TrustedIssuer, audience_claim="client_id"),
    "issuer signs by another algorithm": every(TrustedIssuer, algorithms=["RS256"]),
    "issuer has another identifier": every(TrustedIssuer, issuer="https://another.example"),
    "issuer asks about claims": every(TrustedIssuer, conditions=[{"claim": "team", "operator": "is_true"}]),
    "everybody denied": denial(subject_kind="anyone"),
    "client denied": denial(client=lambda there: there.world.front, subject_kind="anyone"),
    "subject denied": denial(subject_kind="listed_users", lists=lambda there: {"subject_users": [there.world.alice]}),
    "group denied": denial(
        subject_kind="listed_users", lists=lambda there: {"subject_groups": [there.support.customers]}
    ),
    "actor denied": denial(subject_kind="anyone", lists=lambda there: {"actor_users": [there.world.bob]}),
    "target denied": denial(subject_kind="anyone", targets=lambda there: [there.world.target]),
    "scope denied": denial(subject_kind="anyone", scopes=["read"]),
    "subject deactivated": user("alice", is_active=False),
    "subject becomes staff": user("alice", is_staff=True),
    "subject becomes superuser": user("alice", is_superuser=True),
    "subject gains a right": gains,
    "subject joins a group": joins,
    "actor deactivated": user("bob", is_active=False),
    "agent of support deactivated": user("carol", is_active=False),
    "agent of support leaves": lambda there: there.support.carol.groups.clear(),
    "login revoked": lambda there: there.world.revoke(there.login, client=there.world.spa),
}

WITHOUT_EFFECT = {"issuer speaks for no staff"}
"""What takes nothing from any of these tokens by itself; after a change of the subject it does."""


@pytest.fixture
def there(world, settings):
    settings.TOKEN_EXCHANGE = {"USER_REFERENCES": True, "BAD_TOKENS_PER_MINUTE": 0}
    return IssuedKinds(world)


def opened(there, kind):
    """Return the scopes in the introspection of a token, None if it is inactive."""
    told = there.world.introspect(kind.value, client=kind.client)
    return set(told.get("scope", "").split()) if told.get("active") else None


def granted(kind):
    """Return the scopes that the same exchange yields now, None if it is refused."""
    answer = kind.again()
    return set(answer.json()["scope"].split()) if answer is not None and answer.status_code == 200 else None


def look(there):
    """Return the scopes of each token now, after comparing all places where it is used."""
    found = {}
    for name, kind in there.kinds.items():
        found[name] = opened(there, kind)
        # The back API asks for no scope; a token for it that is inactive opens nothing there.
        if not name.startswith("onward"):
            assert back_api.opens(kind.value) == (found[name] is not None), name
    return found


def check(there):
    """Check that no token has a scope that would not be granted now; return the scopes."""
    found = look(there)
    for name, scopes in found.items():
        if scopes is not None:
            again = granted(there.kinds[name])
            assert again is not None, f"{name}: active, and would not be issued"
            assert scopes <= again, f"{name}: {scopes} is more than {again}"
    return found


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_and_every_token(there, name):
    """Each change limits at least one token, and leaves no token more than would be granted now."""
    before = look(there)
    assert all(scopes == {"read"} for scopes in before.values()), before
    CHANGES[name](there)
    after = check(there)
    assert (after == before) == (name in WITHOUT_EFFECT), name


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(sorted(CHANGES)), min_size=2, max_size=3, unique=True))
def test_several_changes_one_after_the_other(db, settings, names):
    """A later change does not return what an earlier one took from a refused token."""
    from django.db import transaction

    from tests.worlds.world import World
    from token_exchange.configuration import key_locations, snapshot
    from token_exchange.toolkit.compat import token_database

    settings.TOKEN_EXCHANGE = {"USER_REFERENCES": True, "BAD_TOKENS_PER_MINUTE": 0}
    using = token_database()
    with transaction.atomic(using=using):
        there = IssuedKinds(World())
        for name in names:
            try:
                CHANGES[name](there)
            except Target.DoesNotExist:
                continue
            check(there)
        transaction.set_rollback(True, using=using)
    snapshot.forget()
    key_locations.forget()
