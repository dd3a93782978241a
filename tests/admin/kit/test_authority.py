"""Users can grant only what they have, for each kind of row and each way of writing it."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission

from tests.admin.conftest import act, page
from tests.admin.submitted import submit
from tests.worlds.pasted_issuer import PastedIssuer
from tests.worlds.support_team import SupportTeam
from token_exchange.models import ExchangePolicy, ImpersonationPermission, LinkedAccount, Target, TrustedIssuer
from token_exchange.people.reserved import RESERVED_SCOPES
from token_exchange.policies.authority import errors_in_removing, errors_in_saving

MODELS = ["exchangepolicy", "impersonationpermission", "trustedissuer", "target", "linkedaccount"]
EVERYTHING = [f"{what}_{model}" for model in MODELS for what in ("add", "change", "view", "delete")]


@pytest.fixture
def editor(staff):
    """Return a member of staff with every permission on this app's rules, and none on users."""
    return staff(*EVERYTHING)


@pytest.fixture
def keeper(staff):
    """Return a member of staff with every permission on this app's rules and on users."""
    return staff(*EVERYTHING, "auth.change_user", "auth.view_user")


@pytest.fixture
def issuer(world):
    return PastedIssuer(world)


def stored(row):
    """Return the row as it is in the database, with its lists."""
    values = type(row).objects.filter(pk=row.pk).values().first()
    lists = {field.name: set(getattr(row, field.name).values_list("pk", flat=True)) for field in row._meta.many_to_many}
    return values and ({name: value for name, value in values.items() if name != "updated"}, lists)


def change(browser, root, row, **changes):
    """Submit the row's form with changes; True if that was saved."""
    path = page(row._meta.model_name, "change", row.pk)
    answer = submit(browser, path, root, **changes)
    return answer.status_code == 302


def handing_out(world, *codenames):
    """Return a group with these permissions."""
    group = Group.objects.create(name="handed out")
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    return group


# What a row says: by kind


def reserved_rows(world):
    """Return a row of each kind that only a superuser may save, by name."""
    support, issuer = SupportTeam(world), PastedIssuer(world)
    group = handing_out(world, "delete_user")
    yield "policy for staff", world.policy(privileged_subjects=True)
    yield from ((f"policy for {scope}", world.policy(scopes=[scope])) for scope in sorted(RESERVED_SCOPES))
    yield "permission for staff", support.permit(name="staff", privileged_subjects=True)
    yield "permission for a scope", support.permit(name="scope", scopes=["introspection"])
    yield "permission for more", support.permit(name="more", lists={"subject_groups": [group]})
    fields = {
        "audiences": ["x"],
        "verification": "pasted",
        "algorithms": ["ES256"],
        "pasted_keys": issuer.row.pasted_keys,
    }
    cases = {
        "speaks for staff": {"privileged_subjects": True},
        "hands out a group": {"subject_mapping": "create", "new_user_group": group},
        "hands out a scope": {"scope_mapping": {"admin": ["introspection"]}},
    }
    for name, changes in cases.items():
        row = TrustedIssuer.objects.create(name=name, issuer=f"https://{name[-5:]}.example", **fields, **changes)
        yield f"issuer that {name}", row
    yield "target with a scope", world.make_target("odd", scopes=["introspection"])
    yield "target of a policy for staff", leading_to(world)
    root = world.user("head", is_staff=True, is_superuser=True)
    yield "link to a superuser", LinkedAccount.objects.create(trusted_issuer=issuer.row, subject="head", user=root)


def leading_to(world):
    target = world.make_target("secret-api")
    world.policy(privileged_subjects=True, targets=[target])
    return target


def test_only_a_superuser_writes_what_is_reserved(world, editor, keeper, superuser):
    """Only a superuser writes a reserved row: by form, by action and by the function that commands use."""
    for name, row in reserved_rows(world):
        row.refresh_from_db()
        before, path = stored(row), page(row._meta.model_name, "change", row.pk)
        wider = {"user": world.bob.pk} if isinstance(row, LinkedAccount) else {"max_lifetime": "9"}
        wider = {"max_age": "9"} if isinstance(row, TrustedIssuer) else wider
        for browser in (editor, keeper):
            assert submit(browser, path, superuser, **wider).status_code in (200, 403), name
            assert stored(row) == before, name
        if hasattr(row, "enabled"):
            type(row).objects.filter(pk=row.pk).update(enabled=False)
            act(keeper, row._meta.model_name, "enable", row)
            row.refresh_from_db()
            assert not row.enabled, name
        row.max_lifetime = 9
        assert errors_in_saving(row, None), name
        assert not errors_in_saving(row, superuser_of(superuser)), name


def superuser_of(browser):
    return browser.get("/admin/", secure=True).context["user"]


def test_what_is_not_reserved_is_saved(world, editor, superuser, issuer):
    """The permission on the model is enough for an ordinary row."""
    policy, support = world.policy(), SupportTeam(world)
    assert change(editor, superuser, policy, max_lifetime="99")
    assert change(editor, superuser, support.permission, description="noted")
    assert change(editor, superuser, issuer.row, max_age="99")
    assert change(editor, superuser, world.other_target, max_lifetime="99")
    for row in (policy, issuer.row, support.permission, world.other_target):
        act(editor, row._meta.model_name, "disable", row)
        row.refresh_from_db()
        assert not row.enabled
        act(editor, row._meta.model_name, "enable", row)
        row.refresh_from_db()
        assert row.enabled


# Links


@pytest.mark.parametrize("way", ["add", "user", "subject", "delete", "delete_selected"])
def test_a_link_takes_the_right_to_change_users_and_no_fewer_rights(world, editor, keeper, superuser, issuer, way):
    """Adding, changing and deleting a link require that the editor has all rights of the linked user."""
    group = Group.objects.create(name="a group of the site")
    root, clerk, member, plain = (world.user(name) for name in ("root3", "clerk", "member", "plain"))
    root.is_superuser = True
    root.save()
    clerk.user_permissions.add(Permission.objects.get(codename="add_logentry"))
    clerk.is_active = False  # whose rights sleep
    clerk.save()
    member.groups.add(group)
    for browser, users in ((editor, [root, clerk, member, plain]), (keeper, [root, clerk, member])):
        for user in users:
            assert not linked(browser, superuser, issuer, user, way), (way, user)
    assert linked(keeper, superuser, issuer, plain, way)
    assert linked(superuser, superuser, issuer, root, way)


def linked(browser, root, issuer, user, way):
    """Write a link of this user in this way; True if that changed anything."""
    links = LinkedAccount.objects.filter(trusted_issuer=issuer.row).exclude(subject="alice")
    links.delete()
    if way == "add":
        form = {"trusted_issuer": issuer.row.pk, "subject": "mallory", "user": user.pk}
        browser.post(page("linkedaccount", "add"), form, secure=True)
        return links.filter(user=user).exists()
    holder = issuer.world.bob if way == "user" else user
    row = LinkedAccount.objects.create(trusted_issuer=issuer.row, subject="old", user=holder)
    if way.startswith("delete"):
        if way == "delete":
            browser.post(page("linkedaccount", "delete", row.pk), {"post": "yes"}, secure=True)
        else:
            data = {"action": way, "_selected_action": [row.pk], "post": "yes"}
            browser.post(page("linkedaccount"), data, secure=True)
        return not links.exists()
    changes = {"user": user.pk} if way == "user" else {"subject": "mallory"}
    submit(browser, page("linkedaccount", "change", row.pk), root, **changes)
    return links.filter(user=user, **({"subject": "mallory"} if way == "subject" else {})).exists()


# Denials that limit what only a superuser may save


@pytest.mark.parametrize("kind", ["policy", "permission"])
def test_a_denial_that_limits_what_is_reserved_is_weakened_by_a_superuser_only(world, editor, superuser, kind):
    """Staff may not disable, narrow or delete a denial that limits a superuser's rule; other denials they may."""
    support = SupportTeam(world)

    def rule(**fields):
        if kind == "policy":
            return world.policy(**fields)
        return support.permit(name=f"rule {ImpersonationPermission.objects.count()}", **fields)

    denial = rule(effect="deny", scopes=["read"], **({"ways": []} if kind == "policy" else {"methods": []}))
    if kind == "policy":
        denial.issued_to.clear()
    else:
        for name in ("actor_groups", "subject_groups", "clients", "targets"):
            getattr(denial, name).clear()
    type(denial).objects.filter(pk=denial.pk).update(named_kinds=[])
    reserved = rule(privileged_subjects=True)
    before = stored(denial)
    narrower = {"targets": str(world.other_target.pk)}
    for changes in ({"enabled": None}, {"scopes": "write"}, narrower, {"effect": "permit"}):
        assert not change(editor, superuser, denial, **changes), changes
        assert stored(denial) == before
    act(editor, denial._meta.model_name, "disable", denial)
    assert stored(denial) == before
    editor.post(page(denial._meta.model_name, "delete", denial.pk), {"post": "yes"}, secure=True)
    selected = {"action": "delete_selected", "_selected_action": [denial.pk], "post": "yes"}
    editor.post(page(denial._meta.model_name), selected, secure=True)
    assert stored(denial) == before
    assert change(editor, superuser, denial, description="only a note")
    reserved.delete()
    act(editor, denial._meta.model_name, "disable", denial)
    denial.refresh_from_db()
    assert not denial.enabled


# Ways round the form


def test_a_site_s_own_form_and_list_are_bound_too(world, staff, superuser):
    """`list_editable` and a form without our validation are checked too."""
    world.policy()
    row = PastedIssuer(world, privileged_subjects=True, enabled=False).row
    editor = staff(*EVERYTHING)
    site_admin = admin.site.get_model_admin(TrustedIssuer)
    site_admin.list_editable, kept = ("enabled",), site_admin.list_editable
    try:
        data = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": row.pk, "form-0-enabled": "on"}
        answer = editor.post(page("trustedissuer"), {**data, "_save": "Save"}, secure=True)
    finally:
        site_admin.list_editable = kept
    row.refresh_from_db()
    assert (answer.status_code, row.enabled) == (403, False)


def test_a_client_of_a_reserved_rule_is_changed_by_a_superuser_only(world, staff):
    """Only a superuser changes a client that a reserved rule names, because its secret gives the client's rights."""
    world.policy(privileged_subjects=True)
    label, model = world.front._meta.app_label, world.front._meta.model_name
    browser = staff(f"{label}.change_{model}", f"{label}.view_{model}")
    old = world.front.client_secret
    path = f"/admin/{label}/{model}/{world.front.pk}/change/"
    assert browser.post(path, {"client_secret": "mine"}, secure=True).status_code == 403
    world.front.refresh_from_db()
    assert world.front.client_secret == old
    assert browser.get(f"/admin/{label}/{model}/{world.agent.pk}/change/", secure=True).status_code == 200


def test_deleting_elsewhere_asks_as_well(world, staff):
    """Deleting a target does not delete a denial that a superuser's rule needs; a link is deleted by cascade."""
    issuer = PastedIssuer(world)
    head = world.user("head", is_superuser=True)
    LinkedAccount.objects.create(trusted_issuer=issuer.row, subject="head", user=head)
    browser = staff(*EVERYTHING, "auth.change_user")
    browser.post(page("trustedissuer", "delete", issuer.row.pk), {"post": "yes"}, secure=True)
    assert TrustedIssuer.objects.filter(pk=issuer.row.pk).exists()


def test_without_a_user_no_reserved_row_is_written(world):
    """A command that runs without a user may write no reserved row."""
    policy = world.policy(privileged_subjects=True)
    denial = ExchangePolicy.objects.create(name="no", effect="deny")
    assert errors_in_saving(policy, None)
    assert errors_in_removing(denial, None)
    assert not errors_in_saving(Target(name="new", resources=["https://new.example/"]), None)


# Denials whose lists are emptied


@pytest.mark.parametrize("kind", ["policy", "permission"])
def test_a_list_of_a_denial_is_emptied_on_purpose_only(world, superuser, kind):
    """The form requires a confirmation, and the enable action refuses a denial that has lost its parties."""
    mallory = world.user("mallory")
    if kind == "policy":
        row = world.policy(effect="deny", scopes=[], ways=[], issued_to=[], lists={"actor_users": [mallory]})
    else:
        row = ImpersonationPermission.objects.create(name="no", effect="deny")
        row.actor_users.set([mallory])
    before = stored(row)
    assert not change(superuser, superuser, row, actor_users=None)
    assert stored(row) == before
    mallory.delete()
    act(superuser, row._meta.model_name, "enable", row)
    row.refresh_from_db()
    assert not row.enabled
    text = superuser.get(page(row._meta.model_name), secure=True).content.decode()
    assert "the parties that this denial named were deleted" in text
    assert change(superuser, superuser, row, description="only a note")
    assert not change(superuser, superuser, row, enabled="on")
    assert change(superuser, superuser, row, enabled="on", emptied_knowingly="on")
    row.refresh_from_db()
    assert (row.enabled, row.named_kinds) == (True, [])
