"""The form of a policy refuses what can never permit anything, what misleads and what endangers."""

from __future__ import annotations

import pytest
from django.contrib.admin.widgets import AutocompleteMixin
from django.contrib.auth.models import Group

from tests.admin.conftest import messages_of, page, policy_form, text_of
from tests.worlds.pasted_issuer import PastedIssuer
from token_exchange.models import ExchangePolicy, Target
from token_exchange.sts.vocabulary import ID_TOKEN, JWT


def errors_of(answer):
    """Return the messages by field of a form that was refused."""
    assert answer.status_code == 200, "it was saved"
    return answer.context["adminform"].form.errors


def widget_of(field):
    """Return the widget itself, without the links that the admin puts around it."""
    return getattr(field.widget, "widget", field.widget)


@pytest.fixture
def refuses(world, superuser):
    """Return a function: the plain form is saved, and with these changes it is refused at that field only."""

    def check(field, **changes):
        answer = superuser.post(page("exchangepolicy", "add"), policy_form(world, **changes))
        assert set(errors_of(answer)) == {field}, errors_of(answer)
        assert not ExchangePolicy.objects.exists()
        answer = superuser.post(page("exchangepolicy", "add"), policy_form(world))
        assert answer.status_code == 302, errors_of(answer)
        return answer

    return check


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("client", {"client": None}),
        ("targets", {"targets": []}),
        ("ways", {"ways": []}),
        ("accepts_local_tokens", {"accepts_local_tokens": None}),
        ("subject_token_types", {"subject_token_types": []}),
        ("issued_token_types", {"issued_token_types": []}),
        ("subject_users", {"subject_kind": "listed_users"}),
        ("actor_users", {"ways": ["delegation"]}),
        ("max_chain_depth", {"max_chain_depth": "0"}),
        ("max_chain_depth", {"max_chain_depth": "5"}),
        ("max_lifetime", {"max_lifetime": "0"}),
        ("max_lifetime", {"max_lifetime": "-1"}),
        ("max_lifetime", {"max_lifetime": ""}),
        ("scopes", {"scopes": "read\ninvoices:read"}),
        ("scopes", {"scopes": "unheard:of"}),
        ("issued_to", {"ways": ["without_actor"], "issued_to": []}),
        ("ends_0", {"begins_0": "2030-01-02", "begins_1": "0:00", "ends_0": "2030-01-02", "ends_1": "0:00"}),
        ("ways", {"ways": ["client_acts", "without_actor"]}),
        ("ways", {"ways": ["client_acts", "same_subject"]}),
        ("subject_kind", {"subject_kind": "anyone"}),
        ("subject_kind", {"subject_kind": "whoever"}),
        ("ways", {"ways": ["magic"]}),
    ],
)
def test_what_could_never_permit_anything_is_refused(refuses, field, changes):
    """A policy that could never permit anything is not saved, and the field at fault says why."""
    refuses(field.removesuffix("_0"), **changes)


def test_may_act_beside_delegation_is_refused(refuses, world):
    """A delegated token that also named who may act would be refused at its next use."""
    refuses("may_act", may_act=world.agent.pk)


def test_may_act_without_delegation_is_saved(world, superuser):
    """Without a delegating way, naming who may act is what the field is for."""
    form = policy_form(world, may_act=world.agent.pk, ways=["same_subject"])
    assert superuser.post(page("exchangepolicy", "add"), form).status_code == 302


def test_public_clients_are_refused(refuses, world):
    """A policy for a public client is refused: it cannot authenticate."""
    refuses("client", client=world.client("public", client_type="public").pk)


@pytest.mark.parametrize("hashed", [True, False])
def test_blank_secrets_are_refused(refuses, world, hashed):
    """A policy for a client whose secret is empty, hashed or not, is refused."""
    refuses("client", client=world.client("blank", secret="", hash_client_secret=hashed).pk)


def test_actors_without_a_way_that_asks_for_them_are_refused(refuses, world):
    """Named actors are refused if no way of acting uses them: they look like a restriction."""
    refuses("ways", actor_users=[world.bob.pk])


def test_scopes_that_the_server_does_not_offer_are_refused(refuses, world):
    """A scope that only the target knows is in no token, and can never be granted."""
    Target.objects.filter(pk=world.target.pk).update(scopes=["read", "orders:read", "unheard:of"])
    refuses("scopes", scopes="unheard:of")


def test_users_listed_beside_any_user_are_refused(refuses, world):
    """Listed users that narrow nothing are refused."""
    refuses("subject_users", subject_users=[world.alice.pk])


def test_groups_listed_beside_any_user_are_refused(refuses):
    """Listed groups that narrow nothing are refused."""
    refuses("subject_groups", subject_groups=[Group.objects.create(name="support").pk])


def test_a_list_of_administrators_only_is_refused(refuses, world):
    """A list of administrators only, in a policy that does not cover administrators, is refused."""
    root = world.user("admin2", is_staff=True)
    refuses("subject_users", subject_kind="listed_users", subject_users=[root.pk])


def test_impersonation_is_saved_where_the_client_owns_a_target(world, superuser):
    """A resource server may exchange tokens meant for it, without a list of the clients that got them."""
    Target.objects.filter(pk=world.target.pk).update(owner=world.front)
    form = policy_form(world, ways=["without_actor"], issued_to=[])
    assert superuser.post(page("exchangepolicy", "add"), form).status_code == 302


def test_a_client_may_act_or_not_for_clients(world, superuser):
    """A policy for tokens of clients may list both ways, with and without an actor: both can occur."""
    form = policy_form(world, subject_kind="clients", ways=["client_acts", "same_subject"])
    assert superuser.post(page("exchangepolicy", "add"), form).status_code == 302


DENY = {"effect": "deny", "client": None, "ways": [], "issued_to": [], "scopes": ""}


@pytest.mark.parametrize(
    ("field", "changes"),
    [("ways", {"ways": ["without_actor"]}), ("privileged_subjects", {"privileged_subjects": "on"})],
)
def test_a_deny_policy_states_nothing_that_it_ignores(refuses, field, changes):
    """A deny policy with fields that it ignores is refused, because it would seem narrower than it is."""
    refuses(field, **{**DENY, **changes, "privileged_knowingly": "on"})


def test_a_deny_policy_names_no_origin(refuses, world):
    """A deny policy covers tokens of every origin, so a list of origins is refused."""
    refuses("issued_to", **{**DENY, "issued_to": [world.spa.pk]})


def test_a_deny_policy_for_all_is_saved_with_a_warning(world, superuser):
    """A deny policy without any limit is saved with the warning that it denies everything."""
    form = policy_form(world, **{**DENY, "targets": [], "subject_kind": "anyone"})
    answer = superuser.post(page("exchangepolicy", "add"), form, follow=True)
    assert any("denies every exchange" in message for message in messages_of(answer))


def test_a_deny_policy_for_one_target_is_no_cause_for_alarm(world, superuser):
    """A narrow deny policy gets no warning."""
    answer = superuser.post(page("exchangepolicy", "add"), policy_form(world, **DENY), follow=True)
    assert len(messages_of(answer)) == 1


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"ways": ["without_actor"]}, "do not show who acts"),
        ({"privileged_subjects": "on", "privileged_knowingly": "on"}, "covers staff and superusers"),
        ({"scopes": ""}, "grants no scope"),
        ({"ends_0": "2020-01-01", "ends_1": "0:00"}, "has ended"),
        ({}, None),
    ],
)
def test_what_deserves_a_warning_gets_one(world, superuser, changes, warning):
    """A dangerous or ineffective policy is saved with a warning; the plain policy gets none."""
    answer = superuser.post(page("exchangepolicy", "add"), policy_form(world, **changes), follow=True)
    warnings = [message for message in messages_of(answer) if "added successfully" not in message]
    assert len(warnings) == (warning is not None)
    assert warning is None or warning in warnings[0]


def test_disabled_targets_deserve_a_warning(world, superuser):
    """A policy whose targets are all disabled gets the warning that it permits nothing."""
    Target.objects.update(enabled=False)
    answer = superuser.post(page("exchangepolicy", "add"), policy_form(world), follow=True)
    assert any("disabled" in message for message in messages_of(answer))


def test_fields_come_in_the_order_of_the_flow(world, superuser):
    """The headings follow an exchange, from the calling client to the issued token."""
    html = text_of(superuser.get(page("exchangepolicy", "add")))
    headings = ["Calling client", "Subject token", "Subject", "Actor", "Targets", "Issued token", "Activation"]
    places = [html.index(f">{heading}</h2>") for heading in headings]
    assert places == sorted(places)


def test_relations_complete_as_you_type(world, superuser):
    """No relation is a long select box: each asks the server as the user types."""
    fields = superuser.get(page("exchangepolicy", "add")).context["adminform"].form.fields
    relations = ("client", "issued_to", "subject_users", "subject_groups", "actor_clients", "targets", "may_act")
    assert all(isinstance(widget_of(fields[name]), AutocompleteMixin) for name in relations)


def test_a_new_policy_comes_last(world, superuser):
    """A new policy comes after all others unless the administrator chooses another position."""
    world.policy(position=7)
    form = superuser.get(page("exchangepolicy", "add")).context["adminform"].form
    assert form.get_initial_for_field(form.fields["position"], "position") == 8


def test_editing_keeps_the_lists(world, superuser):
    """Saving an unchanged policy changes nothing."""
    policy = world.policy(issued_to=[world.spa])
    shown = superuser.get(page("exchangepolicy", "change", policy.pk)).context["adminform"].form
    assert shown["scopes"].value() == "read\norders:read"
    form = policy_form(world, name=policy.name, position="0")
    assert superuser.post(page("exchangepolicy", "change", policy.pk), form).status_code == 302
    saved = ExchangePolicy.objects.get(pk=policy.pk)
    assert (saved.scopes, saved.ways, saved.issued_token_types) == (
        ["read", "orders:read"],
        policy.ways,
        policy.issued_token_types,
    )
    assert list(saved.targets.all()) == [world.target]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("subject_token_types", {"subject_token_types": [JWT]}),
        ("trusted_issuers", {"subject_kind": "workloads"}),
    ],
)
def test_tokens_that_never_come_are_refused(world, superuser, field, changes):
    """A policy for JWTs or workloads without a trusted issuer is refused: nothing could send them."""
    answer = superuser.post(page("exchangepolicy", "add"), policy_form(world, **changes))
    assert set(errors_of(answer)) == {field}
    issuer = PastedIssuer(world)
    changes = {**changes, "trusted_issuers": [issuer.row.pk], "subject_token_types": [JWT]}
    assert superuser.post(page("exchangepolicy", "add"), policy_form(world, **changes)).status_code == 302


def test_an_issuer_that_sends_other_types_is_no_way_out(world, superuser):
    """A policy for ID tokens of an issuer that is trusted for JWTs only is refused."""
    issuer = PastedIssuer(world)
    changes = {"subject_token_types": [ID_TOKEN], "accepts_local_tokens": None, "issued_to": None}
    form = policy_form(world, trusted_issuers=[issuer.row.pk], **changes)
    assert set(errors_of(superuser.post(page("exchangepolicy", "add"), form))) == {"subject_token_types"}
    issuer.row.token_types = [ID_TOKEN]
    issuer.row.save()
    assert superuser.post(page("exchangepolicy", "add"), form).status_code == 302
