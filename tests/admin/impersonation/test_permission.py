"""Impersonation permissions are edited in the admin, and a page shows those about one user."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission

from tests.admin.conftest import page, queries_of
from token_exchange.models import ImpersonationPermission
from token_exchange.wording.permission_sentence import sentence

MODEL = "impersonationpermission"


def form_of(support, **changes):
    """Return what a browser would submit for a valid new permission."""
    form = {
        "name": "agents",
        "effect": "permit",
        "actor_groups": str(support.team.pk),
        "subject_groups": str(support.customers.pk),
        "methods": ["ticket"],
        "clients": str(support.desk.pk),
        "targets": str(support.world.target.pk),
        "scopes": "read",
        "reason_required": "on",
        "notifies_subject": "on",
        "enabled": "on",
        **changes,
    }
    return {name: value for name, value in form.items() if value is not None}


def test_it_reads_as_a_sentence(support):
    assert sentence(support.permission) == (
        "Members of support may act as members of customers with a ticket or with an actor token, through desk, "
        "for back-api with scopes read and orders:read, with a reason."
    )
    denial = support.permit(
        name="not alice", effect="deny", methods=[], scopes=[], lists={"subject_users": [support.world.alice]}
    )
    assert sentence(denial) == "No user or client may act as alice."


def test_a_sound_one_is_saved(support, superuser):
    answer = superuser.post(page(MODEL, "add"), form_of(support), secure=True)
    assert answer.status_code == 302, answer.content
    row = ImpersonationPermission.objects.get(name="agents")
    assert (list(row.actor_groups.all()), row.scopes, row.methods) == ([support.team], ["read"], ["ticket"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"actor_groups": None}, "actor_groups"),
        ({"subject_groups": None}, "subject_groups"),
        ({"clients": None}, "clients"),
        ({"targets": None}, "targets"),
        ({"methods": None}, "methods"),
        ({"scopes": "fly"}, "scopes"),
        ({"methods": ["actor_token"], "approval_required": "on"}, "methods"),
        ({"privileged_subjects": "on"}, "privileged_knowingly"),
        ({"effect": "deny", "approval_required": "on"}, "approval_required"),
    ],
)
def test_what_could_not_be_used_is_refused(support, superuser, changes, field):
    """A permission that can never be used is refused at the field that has to change; the valid form is saved."""
    answer = superuser.post(page(MODEL, "add"), form_of(support, **changes), secure=True)
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert superuser.post(page(MODEL, "add"), form_of(support), secure=True).status_code == 302


def test_o04_staff_only_by_a_superuser(support, staff, superuser):
    """A user who may change permissions can neither save nor enable one that covers staff."""
    changes = {"privileged_subjects": "on", "privileged_knowingly": "on"}
    clerk = staff("add_impersonationpermission", "change_impersonationpermission", "view_impersonationpermission")
    answer = clerk.post(page(MODEL, "add"), form_of(support, **changes), secure=True)
    assert "privileged_subjects" in answer.context["adminform"].form.errors
    assert superuser.post(page(MODEL, "add"), form_of(support, **changes), secure=True).status_code == 302
    row = ImpersonationPermission.objects.get(name="agents")
    ImpersonationPermission.objects.filter(pk=row.pk).update(enabled=False)
    chosen = {"action": "enable", "_selected_action": [row.pk]}
    clerk.post(page(MODEL), chosen, secure=True)
    row.refresh_from_db()
    assert not row.enabled
    superuser.post(page(MODEL), chosen, secure=True)
    row.refresh_from_db()
    assert row.enabled


def test_disabling_says_how_many_tokens_stop(support, superuser):
    support.traded(support.ticket())
    chosen = {"action": "disable", "_selected_action": [support.permission.pk]}
    answer = superuser.post(page(MODEL), chosen, secure=True, follow=True)
    assert b"1 active token stopped working." in answer.content


def test_the_list_tells_how_often_and_when(support, superuser):
    """The list shows the uses, and thirty permissions take as many queries as one."""
    for _ in range(2):
        support.traded(support.ticket())
    answer = superuser.get(page(MODEL), secure=True)
    row = answer.context["cl"].result_list[0]
    assert (row.use_count, row.used_last is not None) == (2, True)
    before = queries_of(lambda: superuser.get(page(MODEL), secure=True))
    for _ in range(30):
        support.permit()
    assert queries_of(lambda: superuser.get(page(MODEL), secure=True)) == before


@pytest.fixture
def person(superuser):
    """Return a function that opens the page about a user."""
    return lambda user, browser=superuser, **query: browser.get(page(MODEL, "person", user.pk), query, secure=True)


def lists_of(answer):
    """Return, for each list on the page, the other user, the permission and the reason of a refusal."""
    return [
        [(str(row["other"]), row["permission"].name, row["may"], row["why"]) for row in rows]
        for _heading, rows in answer.context["lists"]
    ]


def test_who_may_act_as_whom(world, support, person):
    """The page shows both lists, with the reason where acting is not allowed."""
    world.bob.groups.add(support.customers)
    world.bob.user_permissions.add(Permission.objects.get(codename="view_target"))
    name = support.permission.name
    why = "the subject has rights or groups that the actor lacks"
    assert lists_of(person(support.carol)) == [[("alice", name, True, "allowed"), ("bob", name, False, why)], []]
    assert lists_of(person(world.alice)) == [[], [("carol", name, True, "allowed"), ("dave", name, True, "allowed")]]
    assert lists_of(person(support.carol, q="bo"))[0] == [("bob", name, False, why)]


def test_a_denial_shows(world, support, person):
    support.permit(name="not alice", effect="deny", methods=[], scopes=[], lists={"subject_users": [world.alice]})
    ((row,), _none) = lists_of(person(support.carol))
    assert row == ("alice", support.permission.name, False, "a denial applies")


def test_only_for_who_may_see_permissions_and_users(world, support, person, staff):
    """The page needs the rights to view permissions and users, because it shows both."""
    both = ("view_impersonationpermission", "auth.view_user")
    assert person(support.carol, staff(*both)).status_code == 200
    for one in both:
        assert person(support.carol, staff(one)).status_code == 403


def test_an_unknown_user_is_not_found(superuser):
    for key in ("999999", "no-number", "0/../1"):
        assert superuser.get(f"{page(MODEL)}person/{key}/", secure=True).status_code == 404


def test_o11_names_are_escaped(world, support, person):
    """The names of users and permissions are escaped on the page."""
    world.alice.username = "<script>alert(1)</script>"
    world.alice.save()
    support.permission.name = "<b>bold</b>"
    support.permission.save()
    answer = person(support.carol)
    assert b"<script>alert" not in answer.content
    assert b"<b>bold" not in answer.content


def test_o02_view_changes_nothing(support, staff):
    """A user who may only view permissions can neither switch nor delete them."""
    viewer = staff("view_impersonationpermission")
    assert viewer.get(page(MODEL), secure=True).status_code == 200
    for action in ("enable", "disable", "delete_selected"):
        chosen = {"action": action, "_selected_action": [support.permission.pk], "post": "yes"}
        assert viewer.post(page(MODEL), chosen, secure=True).status_code == 403
    assert viewer.post(page(MODEL, "change", support.permission.pk), form_of(support), secure=True).status_code == 403
    assert viewer.get(page(MODEL, "add"), secure=True).status_code == 403
    assert ImpersonationPermission.objects.get().enabled


def test_a_group_that_the_row_does_not_name_is_an_obstacle(world, support, person):
    """Only groups that the row names are accepted: a site may give other groups powers of their own."""
    world.alice.groups.add(Group.objects.create(name="supporters"))
    ((row,), _none) = lists_of(person(support.carol))
    assert not row[2]
