"""Exchanged tokens are masked, cannot be edited, and are revoked with their descendants."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from oauth2_provider.models import get_access_token_model

from tests.admin.conftest import page, queries_of, text_of
from tests.worlds.help_desk import HelpDesk
from tests.worlds.pasted_issuer import PastedIssuer
from token_exchange.models import ExchangedToken, ExchangePolicy, ExchangeRecord, TrustedIssuer
from token_exchange.sts.vocabulary import JWT


@pytest.fixture
def family(world):
    """Return a login token, a token exchanged from it by front, and two exchanged from that one by back."""
    world.policy()
    world.policy(client=world.back, targets=[world.other_target], max_chain_depth=2, scopes=["read"])
    child = world.exchange(world.login_token(), scope="read").json()["access_token"]
    for _number in range(2):
        assert world.exchange(child, client=world.back).status_code == 200
    return list(ExchangedToken.objects.order_by("pk"))


def test_the_list_says_who_for_whom_where_and_until_when(world, family, superuser):
    """Every token shows its actor, subject, audience, policy and status."""
    html = text_of(superuser.get(page("exchangedtoken")))
    assert f"<b>client:front</b> acting for <b>alice ({world.alice.pk})</b>" in html
    assert "invoices-api" in html
    assert html.count(">active</span>") == 3


@pytest.mark.parametrize(("status", "expected"), [("active", [0]), ("expired", [1]), ("revoked", [2])])
def test_tokens_are_filtered_by_status(family, superuser, status, expected):
    """The filter distinguishes active, expired and revoked tokens."""
    ExchangedToken.objects.filter(pk=family[1].pk).update(expires=timezone.now())
    ExchangedToken.objects.filter(pk=family[2].pk).update(revoked=timezone.now())
    rows = superuser.get(page("exchangedtoken"), {"status": status}).context["cl"].result_list
    assert list(rows) == [family[index] for index in expected]


def test_the_page_shows_the_family(family, superuser):
    """The page links to parents and children, and marks a parent that no exchange issued."""
    root, child, other = family
    html = text_of(superuser.get(page("exchangedtoken", "change", root.pk)))
    assert page("exchangepolicy", "change", root.policy_id) in html
    assert "not issued by an exchange" in html
    assert page("exchangedtoken", "change", child.pk) in html
    assert page("exchangedtoken", "change", other.pk) in html
    assert page("exchangedtoken", "change", root.pk) in text_of(
        superuser.get(page("exchangedtoken", "change", child.pk))
    )


def test_revoking_first_says_how_many(family, superuser):
    """The confirmation page shows the number of derived tokens, and opening it changes nothing."""
    html = text_of(superuser.get(page("exchangedtoken", "revoke", family[0].pk)))
    assert "<b>2</b> active tokens were derived from it" in html
    assert ExchangedToken.objects.filter(revoked=None).count() == 3


def test_revoking_ends_the_family(world, family, superuser):
    """One confirmation revokes the token and everything derived from it, with a record and a log entry."""
    answer = superuser.post(page("exchangedtoken", "revoke", family[0].pk), follow=True)
    assert "3 tokens revoked" in text_of(answer)
    assert not ExchangedToken.objects.filter(revoked=None).exists()
    fingerprints = [token.fingerprint for token in family]
    assert not get_access_token_model().objects.filter(token_checksum__in=fingerprints).exists()
    record = ExchangeRecord.objects.latest("pk")
    assert (record.outcome, record.reason) == ("revoked", "revoked_in_admin")
    assert LogEntry.objects.filter(object_id=family[0].pk).count() == 1
    html = text_of(superuser.get(page("exchangerecord", "change", record.pk)))
    assert "3 tokens were revoked" in html
    assert all(token.fingerprint not in html for token in family)


def test_revoking_a_leaf_leaves_the_rest(family, superuser):
    """Revoking a token without children revokes no other token."""
    superuser.post(page("exchangedtoken", "revoke", family[1].pk))
    assert set(ExchangedToken.objects.filter(revoked=None)) == {family[0], family[2]}


@pytest.mark.scenario("O01")
def test_seeing_is_not_revoking(family, staff):
    """The permission to view, or to change anything else, revokes nothing and shows no button."""
    browser = staff("view_exchangedtoken", "change_exchangedtoken", "delete_exchangedtoken", "change_exchangepolicy")
    path = page("exchangedtoken", "revoke", family[0].pk)
    assert browser.get(path).status_code == 403
    assert browser.post(path).status_code == 403
    assert ExchangedToken.objects.filter(revoked=None).count() == 3
    assert path not in text_of(browser.get(page("exchangedtoken", "change", family[0].pk)))


def test_the_permission_to_revoke_is_enough(family, staff):
    """A user with the permission to revoke can revoke, from the token's page if they may view it too."""
    path = page("exchangedtoken", "revoke", family[0].pk)
    viewer = staff("view_exchangedtoken", "revoke_exchangedtoken")
    assert path in text_of(viewer.get(page("exchangedtoken", "change", family[0].pk)))
    revoker = staff("revoke_exchangedtoken")
    assert revoker.get(path).status_code == 200
    assert revoker.post(path).headers["Location"] == "/admin/"
    assert not ExchangedToken.objects.filter(revoked=None).exists()


def test_revoking_needs_the_csrf_token(world, family):
    """A form on another site cannot revoke."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.user("root", is_staff=True, is_superuser=True))
    assert strict.post(page("exchangedtoken", "revoke", family[0].pk)).status_code == 403
    assert ExchangedToken.objects.filter(revoked=None).count() == 3


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_no_other_method_revokes(family, superuser, method):
    """Only GET shows the confirmation and only POST revokes."""
    assert getattr(superuser, method)(page("exchangedtoken", "revoke", family[0].pk)).status_code == 405
    assert ExchangedToken.objects.filter(revoked=None).count() == 3


def test_an_inactive_token_is_not_revoked_again(family, superuser):
    """A revoked token offers no revocation, and a forced one reports that nothing was revoked."""
    superuser.post(page("exchangedtoken", "revoke", family[1].pk))
    path = page("exchangedtoken", "revoke", family[1].pk)
    assert path not in text_of(superuser.get(page("exchangedtoken", "change", family[1].pk)))
    assert superuser.post(page("exchangedtoken", "revoke", 4711)).status_code == 404


def test_tokens_of_a_deleted_policy_are_listed(family, superuser):
    """The page of a token whose policy was deleted opens without the policy."""
    ExchangePolicy.objects.all().delete()
    rows = superuser.get(page("exchangedtoken")).context["cl"].result_list
    assert set(rows) == set(family)
    assert superuser.get(page("exchangedtoken", "change", family[0].pk)).status_code == 200


def test_the_list_takes_a_constant_number_of_queries(world, family, superuser):
    """A long list takes as many queries as a short one."""
    for _number in range(3):
        assert (
            queries_of(lambda: superuser.get(page("exchangedtoken"))) == 6
        )  # the names of users and of clients for all rows at once
        world.exchange(world.login_token())


def test_users_are_named_beside_their_keys(world, superuser):
    """The list, the page and the lineage of a token show names beside keys."""
    desk = HelpDesk(world)
    token = desk.token()
    desk.onward_policy()
    desk.onward(token)
    line = f"bob ({world.bob.pk}) acting for alice ({world.alice.pk})"
    assert line in strip_tags(text_of(superuser.get(page("exchangedtoken"))))
    first, second = ExchangedToken.objects.order_by("pk")
    assert line in strip_tags(text_of(superuser.get(page("exchangedtoken", "change", first.pk))))
    assert line in strip_tags(text_of(superuser.get(page("exchangedtoken", "change", second.pk))))


def test_a_workload_is_no_user_of_this_site(world, superuser):
    """A subject that another issuer chose, and that reads like Alice's key, is not shown under her name."""
    condition = {"claim": "stage", "operator": "equals", "values": ["production"]}
    issuer = PastedIssuer(world, subject_mapping="workload", conditions=[condition])
    issuer.policy(subject_kind="workloads")
    token = issuer.token(sub=str(world.alice.pk), stage="production")
    assert world.exchange(token, subject_token_type=JWT).status_code == 200
    assert "alice" not in text_of(superuser.get(page("exchangedtoken")))
    issuer.policy(client=world.back, issued_to=[])
    issuer.row.subject_mapping = TrustedIssuer._meta.get_field("subject_mapping").default
    issuer.row.conditions = []
    issuer.row.save()
    assert world.exchange(issuer.token(), client=world.back, subject_token_type=JWT).status_code == 200
    assert strip_tags(text_of(superuser.get(page("exchangedtoken")))).count(f"alice ({world.alice.pk})") == 1
