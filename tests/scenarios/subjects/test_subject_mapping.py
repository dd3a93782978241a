"""Section E: an external subject maps to one user; several matches are refused, and a refusal creates no user."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from token_exchange.models import LinkedAccount


@pytest.fixture
def mapped(issuer):
    """Return a function that changes how the row maps subjects to users."""

    def change(**fields):
        for name, value in fields.items():
            setattr(issuer, name, value)
        issuer.save()
        return issuer

    return change


def refused(world, answer, before, reason):
    world.assert_refusal(answer, before, error="invalid_request", reason=reason)


@pytest.mark.scenario("INV-16")
def test_e02_an_unknown_subject_is_refused_and_no_user_created(world, key_server, present):
    """A subject without a linked user is refused."""
    before = world.counts()
    refused(world, present(key_server.sign(sub="stranger")), before, "subject_unknown")


@pytest.mark.every_database
@pytest.mark.parametrize("subject", ["Alice-outside", "alice-outside ", "ALICE-OUTSIDE"])
def test_e05_a_subject_is_compared_exactly(world, key_server, present, subject):
    """Subjects that differ in case or blanks are different, on every database."""
    before = world.counts()
    world.assert_refusal(present(key_server.sign(sub=subject)), before, error="invalid_request")


def test_e04_an_address_counts_only_verified(world, key_server, present, mapped):
    """An address is refused if `email_verified` is missing, false or a text."""
    mapped(subject_mapping="verified_email")
    assert present(key_server.sign(email=world.alice.email, email_verified=True)).status_code == 200
    for verified in (None, False, "true", 1):
        before = world.counts()
        answer = present(key_server.sign(email=world.alice.email, email_verified=verified))
        refused(world, answer, before, "address_not_verified")


@pytest.mark.scenario("INV-16")
def test_e03_two_users_of_one_address_are_refused(world, key_server, present, mapped):
    """An address of two users maps to neither of them."""
    mapped(subject_mapping="verified_email")
    get_user_model().objects.create_user("double", world.alice.email)
    before = world.counts()
    answer = present(key_server.sign(email=world.alice.email, email_verified=True))
    refused(world, answer, before, "subject_ambiguous")


def test_mapping_by_username(world, key_server, present, mapped):
    """The claim that the row names is compared with user names exactly (E11)."""
    mapped(subject_mapping="username", mapping_claim="login", accepts_mutable_claims=True)
    assert present(key_server.sign(login="alice")).status_code == 200
    for name in ("ali%", "a_ice", "ALICE", ".*", 1, None):
        before = world.counts()
        world.assert_refusal(present(key_server.sign(login=name)), before, error="invalid_request")


def test_e06_an_inactive_user_is_refused(world, key_server, present):
    """A deactivated user is refused, although the external login is valid."""
    world.alice.is_active = False
    world.alice.save()
    before = world.counts()
    refused(world, present(key_server.sign()), before, "subject_inactive")


@pytest.mark.scenario("INV-16")
@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_e07_an_external_issuer_does_not_reach_staff(world, key_server, present, right):
    """An external issuer cannot name privileged users unless its row includes them."""
    setattr(world.alice, right, True)
    world.alice.save()
    before = world.counts()
    refused(world, present(key_server.sign()), before, "subject_privileged")


def test_first_sight_creates_a_user_once(world, key_server, present, mapped):
    """The first token of a subject creates one linked user, which later tokens of the subject find."""
    group = Group.objects.create(name="guests")
    mapped(subject_mapping="create", new_user_attributes={"email": "email"}, new_user_group=group)
    first = present(key_server.sign(sub="new", email="new@example.org", email_verified=True))
    second = present(key_server.sign(sub="new", email="changed@example.org", email_verified=True))
    assert (first.status_code, second.status_code) == (200, 200), first.content
    user = LinkedAccount.objects.get(subject="new").user
    assert (user.email, user.is_staff, user.has_usable_password()) == ("new@example.org", False, False)
    assert list(user.groups.all()) == [group]


@pytest.mark.scenario("INV-16")
def test_a_refused_first_token_creates_no_user(world, key_server, present, mapped):
    """A refused exchange creates no user."""
    mapped(subject_mapping="create")
    before = world.counts()
    answer = present(key_server.sign(sub="new"), audience="unknown")
    world.assert_refusal(answer, before, error="invalid_target")
    assert not LinkedAccount.objects.filter(subject="new").exists()


def test_e08_e09_a_workload_is_no_user(world, key_server, present, mapped):
    """A workload whose subject equals a user's key or name has no rights of that user: its name has a prefix."""
    mapped(subject_mapping="workload")
    world.policy(
        ways=["same_subject"],
        subject_kind="workloads",
        position=1,
        subject_token_types=["urn:ietf:params:oauth:token-type:jwt"],
        lists={"trusted_issuers": [mapped()]},
    )
    answer = present(key_server.sign(sub=str(world.alice.pk)))
    assert answer.status_code == 200, answer.content
    described = world.introspect(answer.json()["access_token"])
    assert described["sub"] == f"workload:{key_server.issuer}#{world.alice.pk}"
    assert "username" not in described


def test_conditions_of_the_row_are_asked(world, key_server, present, mapped):
    """A token that does not meet all conditions of the row, by value and type, is refused (E18)."""
    mapped(conditions=[{"claim": "repository_id", "operator": "equals", "values": ["123"]}])
    assert present(key_server.sign(repository_id="123")).status_code == 200
    assert present(key_server.sign(repository_id=123)).status_code == 200
    for value in ("1234", "12", 123.0, ["123"], True, None):
        before = world.counts()
        refused(world, present(key_server.sign(repository_id=value)), before, "claim_condition_failed")


def test_m16_a_hook_that_fails_refuses(world, key_server, present, mapped, settings):
    """If the site's mapping returns no user, or raises an exception, the token is refused."""
    mapped(subject_mapping="hook")
    settings.TOKEN_EXCHANGE = {"SUBJECT_MAPPING": "tests.scenarios.subjects.test_subject_mapping.hook"}
    assert present(key_server.sign(sub="alice")).status_code == 200
    for subject in ("nobody", "crash", "text"):
        before = world.counts()
        refused(world, present(key_server.sign(sub=subject)), before, "subject_unknown")


def hook(issuer, claims):
    """Return what the test above has set for the mapping."""
    match claims["sub"]:
        case "crash":
            raise RuntimeError
        case "text":
            return "alice"
    return get_user_model().objects.filter(username=claims["sub"]).first()
