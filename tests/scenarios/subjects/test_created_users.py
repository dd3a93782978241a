"""A created user belongs to one subject, gets no unverified address, and is subject to every rule."""

from __future__ import annotations

from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.contrib.auth import get_user_model

from tests.worlds.pasted_issuer import PastedIssuer
from token_exchange.models import ExchangeRecord, LinkedAccount
from token_exchange.sts.vocabulary import JWT
from token_exchange.trusted_issuers import created_users

pytestmark = pytest.mark.scenario("INV-16")


@pytest.fixture
def issuer(world):
    """Return an issuer whose subjects get created users."""
    issuer = PastedIssuer(world, subject_mapping="create")
    issuer.policy()
    return issuer


def present(world, token):
    """Exchange a token of the issuer."""
    return world.exchange(token, subject_token_type=JWT)


def user_behind(world, answer):
    """Return the user who is the subject of an issued token."""
    assert answer.status_code == 200, answer.content
    return get_user_model().objects.get(username=world.introspect(answer.json()["access_token"])["username"])


@pytest.mark.every_database
@pytest.mark.parametrize("subject", ["ALICE", "Alice", "alicé", "aliCe", "\uff41lice"])
def test_a_subject_that_a_database_takes_for_another_is_another_user(world, issuer, subject):
    """Subjects that differ in case or accents get different users and links, on every database."""
    assert user_behind(world, present(world, issuer.token(sub="alice"))) == world.alice
    first = user_behind(world, present(world, issuer.token(sub=subject)))
    assert first != world.alice
    assert user_behind(world, present(world, issuer.token(sub=subject))) == first
    assert user_behind(world, present(world, issuer.token(sub="alice"))) == world.alice


@pytest.mark.parametrize("write", ["create", "bulk_create", "save"])
def test_every_way_of_linking_compares_subjects_exactly(world, issuer, write):
    """The column of the subject is compared exactly, also for rows that code or the admin writes."""
    rows = [LinkedAccount(trusted_issuer=issuer.row, subject=subject, user=world.alice) for subject in ("BOB", "bob")]
    if write == "bulk_create":
        LinkedAccount.objects.bulk_create(rows)
    for row in rows if write == "save" else ():
        row.full_clean()
        row.save()
    for row in rows if write == "create" else ():
        LinkedAccount.objects.create(trusted_issuer=row.trusted_issuer, subject=row.subject, user=row.user)
    assert LinkedAccount.objects.filter(subject="bob").count() == 1


@contextmanager
def linked_meanwhile(issuer, subject, user):
    """Link the subject to a user after the decision, as a simultaneous request would."""
    announced = created_users.announced

    def overtaken(trusted_issuer, using):
        LinkedAccount.objects.create(trusted_issuer=issuer.row, subject=subject, user=user)
        return announced(trusted_issuer, using)

    with patch.object(created_users, "announced", overtaken):
        yield


def test_a_link_that_appears_meanwhile_is_decided_anew(world, issuer):
    """Two simultaneous first exchanges of a subject create one user."""
    other = world.user("other")
    with linked_meanwhile(issuer, "new", other):
        assert user_behind(world, present(world, issuer.token(sub="new"))) == other


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_active": False}, "subject_inactive"),
        ({"is_staff": True}, "subject_privileged"),
        ({"is_superuser": True}, "subject_privileged"),
    ],
    ids=str,
)
def test_the_user_behind_a_new_link_is_asked_about(world, issuer, changes, reason):
    """A user who was linked after the decision is checked by every rule before a token is issued."""
    other = world.user("other")
    get_user_model().objects.filter(pk=other.pk).update(**changes)
    with linked_meanwhile(issuer, "new", other):
        answer = present(world, issuer.token(sub="new"))
    assert answer.status_code == 400
    assert ExchangeRecord.objects.get(request_id=answer["X-Request-Id"]).reason == reason


@pytest.mark.parametrize(
    ("claims", "address"),
    [
        ({"email": "new@example.org", "email_verified": True}, "new@example.org"),
        ({"email": "new@example.org"}, ""),
        ({"email": "new@example.org", "email_verified": False}, ""),
        ({"email": "new@example.org", "email_verified": "true"}, ""),
        ({"email": "new@example.org", "email_verified": 1}, ""),
        ({"email": "new@example.org", "email_verified": None}, ""),
    ],
    ids=str,
)
def test_only_a_verified_address_is_copied(world, issuer, claims, address):
    """An unverified address is not copied: another issuer could map to it, or its owner could not register."""
    issuer.row.new_user_attributes = {"email": "email"}
    issuer.row.save()
    assert user_behind(world, present(world, issuer.token(sub="new", **claims))).email == address


@pytest.mark.parametrize(
    ("attributes", "claims"),
    [
        ({"email": "mail"}, {"mail": "new@example.org", "email": "own@example.org", "email_verified": True}),
        ({"email": "/user/email"}, {"user": {"email": "new@example.org"}, "email_verified": True}),
        ({"first_name": "email"}, {"email": "new@example.org"}),
        ({"username": "upn"}, {"upn": "new@example.org", "email": "New@Example.org"}),
    ],
    ids=str,
)
def test_no_other_claim_stands_in_for_a_verified_address(world, issuer, attributes, claims):
    """An address is copied only from `email` beside `email_verified`, whatever the attribute."""
    issuer.row.new_user_attributes = attributes
    issuer.row.save()
    user = user_behind(world, present(world, issuer.token(sub="new", **claims)))
    assert "@" not in f"{user.email}{user.first_name}{user.username}"


def test_a_name_that_is_taken_refuses(world, issuer):
    """A created user with the name of an existing user is refused."""
    issuer.row.new_user_attributes = {"username": "login"}
    issuer.row.save()
    before = world.counts()
    answer = present(world, issuer.token(sub="new", login="alice"))
    world.assert_refusal(answer, before, error="invalid_request", reason="subject_ambiguous")


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"preferred_username": "alice"}, 200),
        ({"preferred_username": "alice", "email": "alice"}, 400),
        ({"preferred_username": "alice", "email": "ALICE", "email_verified": False}, 400),
        ({"preferred_username": "alice", "email": "alice", "email_verified": True}, 200),
    ],
    ids=str,
)
def test_a_username_that_is_an_unverified_address_maps_to_no_user(world, claims, status):
    """If user names are addresses, an unverified address does not map to a user."""
    issuer = PastedIssuer(world, subject_mapping="username", accepts_mutable_claims=True)
    issuer.policy()
    assert present(world, issuer.token(sub="new", **claims)).status_code == status


@pytest.mark.parametrize("verified", [True, False])
def test_a_username_by_the_claim_email_has_to_be_verified(world, verified):
    """If the row reads the user name from `email`, the address has to be verified."""
    user = world.user("someone@example.org")
    issuer = PastedIssuer(world, subject_mapping="username", mapping_claim="email", accepts_mutable_claims=True)
    issuer.policy()
    answer = present(world, issuer.token(sub="new", email=user.username, email_verified=verified))
    assert answer.status_code == (200 if verified else 400)


def test_a_verified_flag_of_another_claim_verifies_nothing(world):
    """`email_verified` does not verify `upn`, also in a row that was written past the form."""
    issuer = PastedIssuer(world, subject_mapping="verified_email", mapping_claim="upn")
    issuer.policy()
    claims = {"upn": world.alice.email, "email": "mallory@example.org", "email_verified": True}
    before = world.counts()
    answer = present(world, issuer.token(sub="new", **claims))
    world.assert_refusal(answer, before, error="invalid_request", reason="address_not_verified")
