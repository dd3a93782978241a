"""The page “Act as this user” and the links to it show what a user may request."""

from __future__ import annotations

import pytest
from django.contrib.admin import AdminSite
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Permission
from django.urls import include, path, reverse

from tests import urls
from tests.worlds.ticket_pages import SupportOffice, everything, page, text_of
from token_exchange.admin.impersonation.ticket import ImpersonationTicketAdmin
from token_exchange.admin.users import TokenExchangeUserMixin
from token_exchange.models import ImpersonationPermission, ImpersonationTicket


@pytest.fixture
def office(world):
    return SupportOffice(world)


def may(user, *codenames):
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))


def person_page(user):
    return reverse("admin:auth_user_change", args=[user.pk])


def test_offers_what_a_permission_allows(world, office):
    """The page offers the permission's targets and scopes, and opening it requests nothing."""
    before = everything()
    html = text_of(office.get(office.carol, page("ask", world.alice.pk)))
    assert 'value="back-api"' in html
    assert 'value="orders:read"' in html
    assert 'value="invoices-api"' not in html
    assert 'value="write"' not in html
    assert everything() == before


def test_offers_only_what_both_have_a_right_to(world, office, settings):
    """A scope that requires a Django permission is offered only if both users hold the permission."""
    settings.TOKEN_EXCHANGE = {"SCOPE_PERMISSIONS": {"read": "token_exchange.view_target"}}
    may(office.carol, "view_target")
    assert 'value="read"' not in text_of(office.get(office.carol, page("ask", world.alice.pk)))
    may(world.alice, "view_target")
    assert 'value="read"' in text_of(office.get(office.carol, page("ask", world.alice.pk)))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"targets": []}, "This field is required"),
        ({"scopes": []}, "This field is required"),
        ({"scopes": ["write"]}, "Select a valid choice"),
        ({"targets": ["invoices-api"]}, "Select a valid choice"),
        ({"reason": "  "}, "requires a reason"),
        ({"reason": "a" * 2001}, "at most 2000"),
        ({"reference": "a" * 201}, "at most 200"),
        ({"reference": "a\0b"}, "Null characters"),
        ({"context": "no colon here"}, "Enter one"),
        ({"context": "a: 1\na: 2"}, "twice"),
        ({"context": '{"a": 1'}, "JSON object"),
        ({"context": '{"a": "\\u0000"}'}, "JSON object"),
        ({"context": '{"a": 1, "a": 2}'}, "JSON object"),
        ({"context": "a: " + "b" * 1999}, "2000 characters"),
    ],
)
def test_what_is_wrong_is_said(world, office, changes, complaint):
    """The page shows each error beside its field, and no ticket is created."""
    answer = office.asks(**changes)
    assert complaint in text_of(answer, 400)
    assert not ImpersonationTicket.objects.exists()
    assert office.asks().status_code == 302


def test_a_reference_where_the_permission_requires_one(world, office):
    """A missing reference is reported beside its field if the permission requires one."""
    ImpersonationPermission.objects.update(reference_required=True)
    assert "requires a reference" in text_of(office.asks(), 400)
    assert office.asks(reference="SUP-7").status_code == 302


def test_offers_of_two_permissions_are_not_added_up(world, office):
    """Targets of two permissions are offered, but a request for both is refused: no single permission allows it."""
    office.permit(scopes=["write"])
    assert office.asks(scopes=["write"]).status_code == 302
    answer = office.asks(scopes=["read", "write"])
    assert "No single permission allows this combination" in text_of(answer, 400)
    assert ImpersonationTicket.objects.count() == 1


@pytest.mark.scenario("G02")
def test_says_honestly_why_not(world, office):
    """Viewers who may see users get the reasons; those who may see permissions get their names too."""
    world.alice.groups.add(office.customers.__class__.objects.create(name="board"))
    may(office.carol, "view_user")
    # Looking at people is a right that Alice lacks, not one that she has: only the group stands in the way.
    html = text_of(office.get(office.carol, page("ask", world.alice.pk)), 403)
    assert "the subject has rights or groups that the actor lacks" in html
    assert office.permission.name not in html
    may(office.carol, "view_impersonationpermission")
    html = text_of(office.get(office.carol, page("ask", world.alice.pk)), 403)
    assert f"{office.permission.name}: the subject has rights" in html
    assert office.asks().status_code == 403
    assert not ImpersonationTicket.objects.exists()


def test_says_that_there_is_none(world, office):
    ImpersonationPermission.objects.all().delete()
    may(office.carol, "view_user")
    assert "No impersonation permission has been created yet" in text_of(
        office.get(office.carol, page("ask", world.alice.pk)), 403
    )


@pytest.mark.scenario("G08")
def test_the_page_does_not_reveal_who_exists(world, office):
    """A viewer who may not see users gets the same answer for an unknown user as for one out of reach."""
    for key in (world.bob.pk, 10**6, "alice", "0", "-1", "9" * 40):
        for send in (office.get, office.post):
            answer = send(office.carol, f"/admin/token_exchange/impersonationticket/ask/{key}/")
            assert answer.status_code == 403, key
            assert answer.content == office.get(office.carol, page("ask", world.bob.pk)).content
    may(office.carol, "view_user")
    assert "no such user" in text_of(office.get(office.carol, page("ask", 10**6)), 404)


def test_only_the_staff(world, office):
    """An impersonation permission does not let a user into the admin."""
    office.carol.is_staff = False
    office.carol.save()
    answer = office.get(office.carol, page("ask", world.alice.pk))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/")


@pytest.mark.scenario("G09")
@pytest.mark.scenario("INV-26")
def test_a_session_that_was_taken_over_requests_no_ticket(world, office, settings):
    """A user who has taken over another user's session gets 403 for every ticket page."""
    own = office.ask()
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.scenarios.personal_access_tokens.test_pages.Hijacked"]
    before = everything()
    assert office.get(office.carol, page("ask", world.alice.pk)).status_code == 403
    assert office.asks().status_code == 403
    for name in ("collect", "withdraw", "approve", "decline"):
        assert office.post(office.carol, page(name, own.pk)).status_code == 403, name
    assert everything() == before


def test_the_way_there(world, office):
    """A user's admin page links to the request form and to the overview for viewers who may open them."""
    ask = page("ask", world.alice.pk)
    overview = reverse("admin:token_exchange_impersonationpermission_person", args=[world.alice.pk])
    may(office.carol, "view_user")
    html = text_of(office.get(office.carol, person_page(world.alice)))
    assert ask in html
    assert overview not in html
    assert page("ask", world.bob.pk) not in text_of(office.get(office.carol, person_page(world.bob)))
    viewer = office.colleague("erin", "view_user", "view_impersonationpermission")
    html = text_of(office.get(viewer, person_page(world.alice)))
    assert ask not in html
    assert overview in html
    boss = world.user("boss", is_staff=True, is_superuser=True)
    assert "impersonationticket/ask" not in text_of(office.get(boss, reverse("admin:auth_user_add")))


class PersonAdmin(TokenExchangeUserMixin, UserAdmin):
    """Stand for the user admin that a site writes."""


def test_the_way_there_in_an_admin_of_the_site_s_own(world, office, settings):
    """The mixin adds the links, and all links and buttons stay within the admin site that is open."""
    site = AdminSite(name="office")
    site.register(get_user_model(), PersonAdmin)
    site.register(ImpersonationTicket, ImpersonationTicketAdmin)
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": [path("office/", site.urls), path("", include(urls))]})
    may(office.carol, "view_user")
    html = text_of(office.get(office.carol, f"/office/auth/user/{world.alice.pk}/change/"))
    ask = f"/office/token_exchange/impersonationticket/ask/{world.alice.pk}/"
    assert ask in html
    form = {"targets": ["back-api"], "scopes": ["read"], "reason": "Case 7"}
    where = office.post(office.carol, ask, form)["Location"]
    assert where.startswith("/office/")
    html = text_of(office.get(office.carol, where))
    assert f'formaction="{where.replace("/change/", "/collect/")}"' in html
    assert '="/admin/' not in html
