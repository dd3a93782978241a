"""The admin refuses invalid issuers, and checks who may use which action."""

from __future__ import annotations

import json
import re

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from jwt.algorithms import RSAAlgorithm

from tests.admin.conftest import page
from tests.checks.cure import found
from tests.jose.issuer import Issuer
from tests.worlds.external_issuer import current, trusting
from token_exchange.admin.issuers.presets import PRESETS
from token_exchange.models import TrustedIssuer
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT
from token_exchange.toolkit.compat import token_database
from token_exchange.trusted_issuers.validation.identifiers import PLACEHOLDERS

ADD = "/admin/token_exchange/trustedissuer/add/"


@pytest.fixture(scope="module")
def private_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def form(private_key):
    """Return the fields of a valid row with pasted keys."""
    jwk = {**json.loads(RSAAlgorithm.to_jwk(private_key.public_key())), "kid": "one"}
    jwk.pop("key_ops", None)
    return {
        "name": "SSO",
        "issuer": "https://sso.example",
        "enabled": "on",
        "token_types": [JWT],
        "audiences": "https://here.example",
        "max_age": "600",
        "verification": "pasted",
        "algorithms": ["RS256"],
        "pasted_keys": json.dumps({"keys": [jwk]}),
        "conditions": "",
        "subject_mapping": "linked_account",
        "subject_claim": "sub",
        "new_user_attributes": "{}",
        "scope_claim": "scope",
        "scope_mapping": "{}",
    }


def errors(browser, form):
    """Return the names of the fields with errors; an empty list means that the row was saved."""
    answer = browser.post(ADD, form, secure=True)
    return set() if answer.status_code == 302 else set(answer.context["adminform"].form.errors)


def test_a_sound_row_is_saved(admin_client, form):
    """A row with an audience, a key and no shared tenant is saved as written."""
    assert errors(admin_client, form) == set()
    assert TrustedIssuer.objects.get().conditions == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"audiences": ""}, "audiences", id="D12 no audience"),
        pytest.param({"issuer": ""}, "issuer", id="D35 blank issuer"),
        pytest.param({"token_types": []}, "token_types", id="O08 no type"),
        pytest.param({"algorithms": []}, "algorithms", id="O08 no algorithm"),
        pytest.param({"pasted_keys": "nonsense"}, "pasted_keys", id="D49 no key"),
        pytest.param({"verification": "jwks_url", "jwks_url": "https://127.0.0.1/k"}, "jwks_url", id="D38 loopback"),
        pytest.param({"verification": "jwks_url", "jwks_url": "https://2130706433/k"}, "jwks_url", id="D38 decimal"),
        pytest.param({"verification": "jwks_url", "jwks_url": "https://[::1]/k"}, "jwks_url", id="D38 IPv6"),
        pytest.param({"verification": "jwks_url", "jwks_url": "https://[::ffff:10.0.0.1]/"}, "jwks_url", id="D38 map"),
        pytest.param({"verification": "jwks_url", "jwks_url": "http://sso.example/k"}, "jwks_url", id="D38 http"),
        pytest.param({"issuer": "https://gitlab.com"}, "conditions", id="INV-17 shared issuer"),
        pytest.param(
            {"issuer": "https://gitlab.com", "conditions": "project_path equals group/project"},
            "conditions",
            id="TXS-012 a name that can be reused",
        ),
        pytest.param({"conditions": "sub glob *"}, "conditions", id="E14 a pattern of nothing"),
        pytest.param({"conditions": "sub like x"}, "conditions", id="E12 unknown operator"),
        pytest.param({"conditions": "sub path_prefix a/../b"}, "conditions", id="a path that nothing lies below"),
        pytest.param({"conditions": f"sub equals {'x' * 1_025}"}, "conditions", id="a value without bounds"),
        pytest.param({"conditions": "admin is_false x"}, "conditions", id="a value of a flag"),
        pytest.param({"subject_mapping": "workload", "sole_tenant": "false"}, "conditions", id="INV-17 any workload"),
        pytest.param(
            {"subject_mapping": "workload", "sole_tenant": "false", "conditions": "iss equals https://sso.example"},
            "conditions",
            id="INV-17 what every token says",
        ),
        pytest.param(
            {"issuer": "https://GitLab.com:443", "subject_mapping": "workload", "sole_tenant": ["false", "on"]},
            "conditions",
            id="INV-17 a shared issuer is nobody's own",
        ),
        pytest.param({"subject_mapping": "username"}, "subject_mapping", id="TXS-012 a user by a name"),
        pytest.param(
            {"subject_mapping": "verified_email", "mapping_claim": "upn"}, "mapping_claim", id="another's flag"
        ),
        pytest.param({"new_user_attributes": '{"email": "mail"}'}, "new_user_attributes", id="no flag for an address"),
        pytest.param({"conditions": "sub equals"}, "conditions", id="TXS-011 no value"),
        pytest.param({"copied_claims": "act"}, "copied_claims", id="M17 reserved claim"),
        pytest.param({"new_user_attributes": '{"is_staff": "admin"}'}, "new_user_attributes", id="E07 staff by claim"),
        pytest.param({"subject_mapping": "hook"}, "subject_mapping", id="no hook"),
        pytest.param(
            {
                "verification": "introspection",
                "token_types": [ACCESS_TOKEN],
                "introspection_url": "https://old.example/i",
            },
            "credentials",
            id="no credentials",
        ),
    ],
)
def test_a_row_that_accepts_too_much_is_refused(admin_client, form, changes, field):
    """A row that would accept tokens meant for other servers, or verify nothing, cannot be saved."""
    assert field in errors(admin_client, {**form, **changes})
    assert not TrustedIssuer.objects.exists()


@pytest.mark.parametrize(
    "issuer",
    [
        "https://good@evil.example",
        "https://sso.example#part",
        "https://sso.example?x=1",
        "https://sso.example\\b",
        "https://sso.example/a b",
        "https://sso.example/a%00",
        "https://sso.example/%2",
        "https://sso.exämple",
        "https:///path",
        "https:",
        "urn:a b",
        "https://sso.example/\t",
        "sso.example",
    ],
)
def test_d36_odd_spellings_of_an_issuer_are_refused(admin_client, form, issuer):
    """An identifier with white space, control characters, query, fragment or user, or without scheme, is refused."""
    saved = errors(admin_client, {**form, "issuer": issuer}) == set()
    assert not saved or TrustedIssuer.objects.get().issuer == issuer.strip() == "https://sso.example/"


@pytest.mark.scenario("D38")
@pytest.mark.parametrize(
    "host",
    [
        "0x7f.1",
        "0x7f000001",
        "0x",
        "0x7f.0x0.0x0.0x1",
        "0x7f.0.0.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "10.1",
        "1",
        "0",
        "2130706433",
        "127.0.0.0x1",
        "127.0.0.01",
        "host.1",
        "host.0x1",
        "8.8.8.8.8",
        "[::7f00:1]",
        "[::ffff:0:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",
        "[2a00:1450::5efe:7f00:1]",
        "[fec0::1]",
        "[::1%25eth0]",
        "localhost",
        "a.localhost",
    ],
)
def test_no_spelling_of_a_private_address_is_an_endpoint(admin_client, form, host):
    """A host that a resolver may read as an address is refused unless it is a public one in its plain spelling."""
    url = {"verification": "jwks_url", "jwks_url": f"https://{host}/keys"}
    assert errors(admin_client, {**form, **url}) == {"jwks_url"}


@pytest.mark.parametrize("host", ["8.8.8.8", "[2620:fe::fe]", "0x7f.example", "1.example", "keys.0x1a.example", "a1"])
def test_a_public_host_is_an_endpoint(admin_client, form, host):
    """A host name may contain numbers, if its last label is not a number."""
    url = {"verification": "jwks_url", "jwks_url": f"https://{host}/keys"}
    assert errors(admin_client, {**form, **url}) == set()


WORKLOADS = {"subject_mapping": "workload"}


@pytest.mark.scenario("INV-17")
@pytest.mark.parametrize("answer", [{"sole_tenant": ["false", "on"]}, {"conditions": "team equals 7"}])
def test_an_issuer_of_workloads_needs_a_condition_or_one_tenant(admin_client, form, answer):
    """A row for workloads needs a condition, or the administrator's statement that only this site uses the issuer."""
    assert errors(admin_client, {**form, **WORKLOADS, "sole_tenant": "false"}) == {"conditions"}
    assert errors(admin_client, {**form, **WORKLOADS, **answer}) == set()


@pytest.mark.scenario("INV-17")
def test_the_page_asks_whose_the_issuer_is(admin_client, form):
    """The form submits a value for a box that is not ticked, so that a browser never leaves the question open."""
    page = admin_client.get(ADD, secure=True).content.decode()
    assert '<input type="hidden" name="sole_tenant" value="false">' in page


@pytest.mark.scenario("INV-17")
def test_a_form_that_did_not_ask_saves_a_row_that_is_named(admin_client, form):
    """A script that does not submit the box saves the row, and a system check names the row."""
    assert errors(admin_client, {**form, **WORKLOADS}) == set()
    assert TrustedIssuer.objects.get().sole_tenant is None
    assert "conditions" in found(databases=[token_database()])["E012"].msg


UNUSUAL = [
    "https://sso.example/realms/Company%20GmbH",
    "https://SSO.example/Realm",
    "https://sso.example/~b",
    "https://sso.example//b",
    "https://sso.example/a/../b",
    "http://sso.example",
    "urn:example:sso",
]


@pytest.mark.scenario("D36")
@pytest.mark.parametrize("issuer", UNUSUAL)
def test_an_unusual_identifier_is_saved_where_no_address_is_derived_from_it(admin_client, form, issuer):
    """Any URI is accepted as an issuer identifier if the keys are pasted (RFC 7519 §2), and it is compared exactly."""
    assert errors(admin_client, {**form, "issuer": issuer}) == set()
    assert TrustedIssuer.objects.get().issuer == issuer


@pytest.mark.scenario("D36")
@pytest.mark.parametrize("issuer", [*UNUSUAL[3:], "https://sso.example/%2e%2e/b", "https://sso.example/%252e/b"])
def test_an_address_is_derived_from_a_plain_identifier_alone(admin_client, form, issuer):
    """Discovery needs https, and an identifier that all servers resolve to the same address (CVE-2026-22772)."""
    assert errors(admin_client, {**form, "issuer": issuer, "verification": "discovery"}) == {"issuer"}


@pytest.mark.parametrize("issuer", UNUSUAL[:3])
def test_discovery_takes_escapes_and_capitals(admin_client, form, issuer):
    """The identifier of a Keycloak realm may contain an escaped space."""
    assert errors(admin_client, {**form, "issuer": issuer, "verification": "discovery"}) == set()


def test_d13_an_audience_of_a_target_is_refused(admin_client, form, world):
    """The name of a target cannot be the audience of an external token."""
    assert errors(admin_client, {**form, "audiences": world.target.name}) == {"audiences"}


def test_d35_an_issuer_is_trusted_once(admin_client, form):
    """The same issuer cannot be trusted twice."""
    assert errors(admin_client, form) == set()
    assert errors(admin_client, {**form, "name": "again"}) == {"issuer"}


def test_o07_a_private_key_is_refused(admin_client, form, private_key):
    """A pasted private key is refused and not stored."""
    jwk = {**json.loads(RSAAlgorithm.to_jwk(private_key)), "kid": "one"}
    jwk.pop("key_ops", None)
    assert errors(admin_client, {**form, "pasted_keys": json.dumps({"keys": [jwk]})}) == {"pasted_keys"}


def test_presets_fill_the_form(admin_client):
    """A preset starts the form with the issuer, its tenant condition and its mapping."""
    page = admin_client.get(f"{ADD}?preset=github", secure=True).content.decode()
    assert "https://token.actions.githubusercontent.com" in page
    assert "repository_owner_id equals NUMBER" in page


def test_everything_is_said_at_once(admin_client, form):
    """A missing field does not hide errors in other fields."""
    several = {**form, "audiences": "", "issuer": "https://gitlab.com", "copied_claims": "act", "scope_mapping": "{"}
    assert errors(admin_client, several) == {"audiences", "conditions", "copied_claims", "scope_mapping"}
    none = dict.fromkeys(form, "")
    assert {"name", "issuer", "audiences", "token_types", "algorithms"} <= errors(admin_client, none)


# What only the site knows, in the presets' own words.
KNOWN = {
    "HOST": "sso.example",
    "REALM": "staff",
    "TENANT": "0f5c6ab2-7f0e-4d52-a5b4-4d3a4a0f9d8e",
    "ORGANISATION": "acme",
    "DOMAIN": "acme.example",
    "NUMBER": "12",
    "NAMESPACE": "shop",
    "NAME": "deployer",
    "ACCOUNT": "123456789012",
    "TEAM": "acme",
    "TEAM_ID": "team_1",
    "PROJECT_ID": "prj_1",
    "TRUST-DOMAIN": "acme.example",
    "PATH": "ns/shop",
}


def shown_by(admin_client, preset):
    """Return the fields of the form as a preset fills them, ready to be submitted."""
    bound = admin_client.get(f"{ADD}?preset={preset}", secure=True).context["adminform"].form
    values = {field.name: field.value() for field in bound}
    return {name: value for name, value in values.items() if value not in (None, False, "")}


def filled_in(text):
    """Return a value with its placeholders replaced, the longest ones first."""
    if not isinstance(text, str):
        return text
    return re.sub("|".join(sorted(KNOWN, key=len, reverse=True)), lambda found: KNOWN[found[0]], text)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_can_be_saved(admin_client, preset):
    """A preset is valid with the audience and the site's values, and invalid without them."""
    shown = {**shown_by(admin_client, preset), "audiences": "https://here.example"}
    sso = {"issuer": shown.get("issuer", "https://sso.example")}
    jwks = {"jwks_url": "https://sso.example/keys"} if shown["verification"] == "jwks_url" else {}
    unfilled = {name for name, value in shown.items() if name != "scope_mapping" and filled_in(value) != value}
    assert errors(admin_client, {**shown, **sso, **jwks}) == unfilled
    TrustedIssuer.objects.all().delete()
    assert errors(admin_client, {name: filled_in(value) for name, value in {**shown, **sso, **jwks}.items()}) == set()


def test_every_placeholder_of_a_preset_is_known():
    """Every placeholder of a preset is found in the field that contains it."""
    texts = [text for _label, values in PRESETS.values() for text in values.values() if isinstance(text, str)]
    assert {word for text in texts for word in re.findall(r"\b[A-Z][A-Z_-]{3,}\b", text)} == set(PLACEHOLDERS)
    assert set(KNOWN) == set(PLACEHOLDERS)


def test_a_placeholder_is_not_taken_for_a_value(admin_client, form):
    """A placeholder is refused with its name; a word that only contains one is accepted."""
    saved = {**form, "conditions": "repository_id equals NUMBER"}
    assert errors(admin_client, saved) == {"conditions"}
    assert errors(admin_client, {**form, "issuer": "https://sso.example/TENANT/v2.0"}) == {"issuer"}
    assert errors(admin_client, {**form, "conditions": "team equals NUMBERS PATHS MY_NAME"}) == set()


def test_a_site_without_django_allauth_is_not_asked_about_it(admin_client, form):
    """The field for a provider of django-allauth exists only if django-allauth is installed."""
    fields = admin_client.get(ADD, secure=True).context["adminform"].form.fields
    assert "subject_claim" in fields
    assert "allauth_provider" not in fields
    assert errors(admin_client, {**form, "allauth_provider": "elsewhere"}) == set()
    assert TrustedIssuer.objects.get().allauth_provider is None


@pytest.fixture
def staff(db, client):
    """Return a function that logs a member of staff in with the given permissions."""

    def login(*permissions):
        user = get_user_model().objects.create_user("staff", password="x", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client.force_login(user)
        return client

    return login


@pytest.mark.parametrize("button", ["fetch", "revoke"])
def test_o01_seeing_an_issuer_is_not_enough_to_press_a_button(admin_client, form, staff, button):
    """Who may only view an issuer can neither fetch its keys nor revoke what came from it."""
    admin_client.post(ADD, form, secure=True)
    row = TrustedIssuer.objects.get()
    browser = staff("view_trustedissuer")
    answer = browser.post(f"/admin/token_exchange/trustedissuer/{row.pk}/{button}/", secure=True)
    assert answer.status_code == 403
    row.refresh_from_db()
    assert row.enabled


def test_o04_only_a_superuser_lets_an_issuer_speak_for_staff(form, staff):
    """Staff with all permissions on issuers still cannot let one speak for staff."""
    browser = staff("add_trustedissuer", "change_trustedissuer", "view_trustedissuer")
    assert errors(browser, {**form, "privileged_subjects": "on"}) == {"privileged_subjects"}


def test_get_changes_nothing(admin_client, form):
    """The buttons take POST only; the page that asks about revoking changes nothing."""
    admin_client.post(ADD, form, secure=True)
    row = TrustedIssuer.objects.get()
    assert admin_client.get(f"/admin/token_exchange/trustedissuer/{row.pk}/fetch/", secure=True).status_code == 405
    assert admin_client.get(f"/admin/token_exchange/trustedissuer/{row.pk}/revoke/", secure=True).status_code == 200
    row.refresh_from_db()
    assert row.enabled


@pytest.mark.scenario("O09")
def test_deleting_says_how_many_tokens_stop(world, superuser):
    """The confirmation page for deleting says how many active tokens stop."""
    signer = Issuer()
    row = trusting(world, signer)
    assert world.exchange(signer.token(**current()), subject_token_type=JWT).status_code == 200
    told = superuser.get(page("trustedissuer", "delete", row.pk), secure=True).content.decode()
    assert "Active tokens that stop working: 1" in told
