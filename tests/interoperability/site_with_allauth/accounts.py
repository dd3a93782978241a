"""Which user a social account leads to: by provider and uid, exactly, and only where the issuer's row names the one."""

from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.contrib.auth import get_user_model

from tests.admin.issuers.test_issuer import ADD, errors, form, private_key
from token_exchange.models import LinkedAccount, TrustedIssuer

__all__ = ["form", "private_key"]  # fixtures

PROVIDER = "company-sso"


@pytest.fixture
def bobs_account(world, issuer):
    """Bob has logged in through django-allauth, and the issuer's row names the provider that he came by."""
    TrustedIssuer.objects.update(allauth_provider=PROVIDER)
    return SocialAccount.objects.create(user=world.bob, provider=PROVIDER, uid="bob-outside")


@pytest.fixture
def refused(world, key_server, present, bobs_account):
    """Try a subject between two exchanges of Bob's; only it may be refused."""

    def attempt(subject, reason="subject_unknown"):
        return world.refused(
            lambda: present(key_server.sign(sub="bob-outside")),
            lambda: present(key_server.sign(sub=subject)),
            error="invalid_request",
            reason=reason,
        )

    return attempt


def username_for(world, answer):
    """Whose token the answer holds."""
    assert answer.status_code == 200, answer.content
    return world.introspect(answer.json()["access_token"])["username"]


def test_a_social_account_is_its_user(world, key_server, present, bobs_account):
    """Who was linked by logging in need not be linked again."""
    assert username_for(world, present(key_server.sign(sub="bob-outside"))) == "bob"
    assert not LinkedAccount.objects.filter(user=world.bob).exists()


def test_a_linked_account_comes_first(world, issuer, key_server, present, bobs_account):
    """What an administrator linked is meant; where nobody did, django-allauth is asked."""
    link = LinkedAccount.objects.create(trusted_issuer=issuer, subject="bob-outside", user=world.alice)
    assert username_for(world, present(key_server.sign(sub="bob-outside"))) == "alice"
    link.delete()
    assert username_for(world, present(key_server.sign(sub="bob-outside"))) == "bob"


@pytest.mark.parametrize("subject", ["BOB-outside", "bob-outside2", "bob", "bob@example.org"])
def test_e05_an_account_is_found_by_its_whole_uid_only(refused, subject):
    """Neither another case, nor a part, nor a name or address of the user leads to it."""
    refused(subject)


def test_an_account_of_another_provider_does_not_match(world, refused):
    """The same uid at a provider that the row does not name is somebody else."""
    SocialAccount.objects.create(user=world.alice, provider="elsewhere", uid="stranger")
    refused("stranger")


def test_without_a_provider_in_the_row_no_account_counts(world, key_server, present, bobs_account):
    """A row that names no provider asks nobody."""
    assert present(key_server.sign(sub="bob-outside")).status_code == 200
    row = TrustedIssuer.objects.get()
    row.allauth_provider = None
    row.save()
    before = world.counts()
    answer = present(key_server.sign(sub="bob-outside"))
    world.assert_refusal(answer, before, error="invalid_request", reason="subject_unknown")


def test_without_the_app_no_account_counts(world, settings, key_server, present, bobs_account):
    """A site that has removed django-allauth believes nothing that it left behind."""
    assert present(key_server.sign(sub="bob-outside")).status_code == 200
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if not app.startswith("allauth")]
    before = world.counts()
    answer = present(key_server.sign(sub="bob-outside"))
    world.assert_refusal(answer, before, error="invalid_request", reason="subject_unknown")


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"is_active": False}, "subject_inactive"), ({"is_staff": True}, "subject_privileged")],
)
def test_e06_e07_the_user_is_looked_at_as_any_other(world, key_server, present, bobs_account, change, reason):
    """Deactivated here, or staff: having logged in elsewhere changes nothing."""
    get_user_model().objects.filter(pk=world.bob.pk).update(**change)
    before = world.counts()
    answer = present(key_server.sign(sub="bob-outside"))
    world.assert_refusal(answer, before, error="invalid_request", reason=reason)


def test_a_first_token_creates_no_second_user(world, issuer, key_server, present, bobs_account):
    """Where unknown subjects become new users, a social account is not unknown."""
    TrustedIssuer.objects.update(subject_mapping="create")
    before = world.counts()["users"]
    assert username_for(world, present(key_server.sign(sub="bob-outside"))) == "bob"
    assert world.counts()["users"] == before


def test_the_form_asks_for_the_provider(admin_client, form):
    """The field is there, and what it says is kept; left empty, it is nothing that two rows could share."""
    assert "allauth_provider" in admin_client.get(ADD, secure=True).context["adminform"].form.fields
    assert errors(admin_client, {**form, "allauth_provider": PROVIDER}) == set()
    assert TrustedIssuer.objects.get().allauth_provider == PROVIDER
    for number in (2, 3):
        another = {**form, "name": f"SSO {number}", "issuer": f"https://sso{number}.example"}
        assert errors(admin_client, another) == set()


def test_a_provider_speaks_for_one_issuer(admin_client, form):
    """Two issuers with one provider: a subject of the one would be whoever has that subject at the other."""
    assert errors(admin_client, {**form, "allauth_provider": PROVIDER}) == set()
    other = {**form, "name": "other", "issuer": "https://other.example", "allauth_provider": PROVIDER}
    assert errors(admin_client, other) == {"allauth_provider"}


@pytest.mark.parametrize(
    ("app_settings", "refused_for"),
    [
        ({"server_url": "https://sso.example"}, set()),
        ({"server_url": "https://sso.example/.well-known/openid-configuration"}, set()),
        ({"server_url": "https://sso.example", "uid_field": "sub"}, set()),
        ({}, set()),
        ({"server_url": "https://elsewhere.example"}, {"allauth_provider"}),
        ({"server_url": "https://sso.example.evil.example"}, {"allauth_provider"}),
        ({"server_url": "https://sso.example", "uid_field": "email"}, {"allauth_provider"}),
    ],
)
def test_a_provider_of_another_server_is_refused(admin_client, form, app_settings, refused_for):
    """The app of that provider must ask this very issuer, and tell accounts by the row's own subject claim."""
    SocialApp.objects.create(provider="openid_connect", provider_id=PROVIDER, name="SSO", settings=app_settings)
    assert errors(admin_client, {**form, "allauth_provider": PROVIDER}) == refused_for


@pytest.mark.parametrize("claim", ["email", "preferred_username", "upn"])
def test_a_name_that_changes_hands_finds_no_account(admin_client, form, claim):
    """An address or a name may be somebody else's tomorrow: it is no uid (INV-16)."""
    assert errors(admin_client, {**form, "allauth_provider": PROVIDER, "subject_claim": claim}) == {"allauth_provider"}
    assert errors(admin_client, {**form, "subject_claim": claim}) == set()
