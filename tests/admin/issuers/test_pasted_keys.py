"""A key set is judged the same whether it is pasted, written past the form or fetched."""

from __future__ import annotations

import json

import pytest
from django.contrib.messages import get_messages

from tests.admin.conftest import page, text_of
from tests.admin.issuers.test_issuer import ADD, errors
from tests.checks.cure import found
from tests.jose.issuer import Issuer, private_key
from tests.worlds.external_issuer import current
from tests.worlds.key_server import AUDIENCE
from token_exchange.models import LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import JWT
from token_exchange.toolkit.compat import token_database

GOOD = Issuer()
SECRET = {"kty": "oct", "kid": "shared", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}
ENCRYPTION = GOOD.jwk(kid="enc1", use="enc", alg="RSA-OAEP", x5c=["MIIC"])
NULLS = {**GOOD.jwk(), "d": None, "p": None, "key_ops": None, "x5c": None}

NOTHING_LEFT_OUT = {
    "one key": [GOOD.jwk()],
    "null members": [NULLS],
    "the same key twice": [GOOD.jwk(), GOOD.jwk()],
    "one kid for three keys": [GOOD.jwk(), Issuer(name="a").jwk(), Issuer(name="b").jwk()],
    "a kid for each algorithm": [GOOD.jwk(), GOOD.jwk(alg=...)],
    "members of certificates": [GOOD.jwk(x5c=["MIIC"], x5t="a")],
}
LEFT_OUT = {
    "Keycloak's own": ([GOOD.jwk(x5c=["MIIC"]), ENCRYPTION], "enc1"),
    "another algorithm": ([GOOD.jwk(), Issuer("ES256", kid="curve").jwk()], "curve"),
    "a weak key": ([GOOD.jwk(), Issuer(kid="short", name="short", bits=1_024).jwk()], "short"),
    "a SPIFFE bundle": ([GOOD.jwk(use="jwt-svid", alg=...), {"use": "x509-svid", "kty": "EC"}], "number 2"),
    "a key without a name": ([GOOD.jwk(), Issuer(kid=None, name="nameless").jwk()], "number 2"),
}
UNUSABLE = {
    "encryption alone": [ENCRYPTION],
    "another algorithm alone": [Issuer("ES256").jwk()],
    "nothing": [],
    "four keys of one name": [Issuer(name=str(number)).jwk() for number in range(4)],
    "a private key alone": [GOOD.jwk(d="AQAB")],
}
SECRETS = {
    "a private key": [GOOD.jwk(), Issuer(kid="mine", name="a").jwk(d="AQAB")],
    "a private key for encryption": [GOOD.jwk(), {**ENCRYPTION, "d": "AQAB"}],
    "a shared secret": [GOOD.jwk(), SECRET],
}


def pasted(entries):
    """Return the text that an administrator pastes."""
    return json.dumps({"keys": entries})


@pytest.fixture
def form():
    """Return the fields of a valid row without keys."""
    return {
        "name": "SSO",
        "issuer": "https://sso.example",
        "enabled": "on",
        "token_types": [JWT],
        "audiences": AUDIENCE,
        "max_age": "600",
        "verification": "pasted",
        "algorithms": ["RS256"],
        "conditions": "",
        "subject_mapping": "linked_account",
        "subject_claim": "sub",
        "new_user_attributes": "{}",
        "scope_claim": "scope",
        "scope_mapping": '{"*": ["read"]}',
    }


@pytest.fixture
def written(db):
    """Return a function that writes the row past the form, and returns the messages of the system check."""

    def check(text):
        row = {"name": "SSO", "issuer": "https://sso.example", "audiences": [AUDIENCE], "verification": "pasted"}
        TrustedIssuer.objects.create(**row, pasted_keys=text)
        return found(databases=[token_database()])

    return check


def fetched(world, key_server, entries):
    """Return the status of an exchange of a valid token whose issuer publishes this key set."""
    key_server.jwks = lambda: {"keys": entries}
    row = TrustedIssuer.objects.create(
        name="fetched",
        issuer=key_server.issuer,
        audiences=[AUDIENCE],
        allows_private_network=True,
        ca_bundle=key_server.ca_bundle,
        scope_mapping={"*": ["read"]},
    )
    LinkedAccount.objects.create(trusted_issuer=row, subject="alice", user=world.alice)
    world.policy(ways=["same_subject"], subject_token_types=[JWT], lists={"trusted_issuers": [row]})
    return world.exchange(GOOD.token(**current(iss=row.issuer)), subject_token_type=JWT).status_code


def remarks(browser, form, entries):
    """Return the warnings that the administrator sees after saving."""
    answer = browser.post(ADD, {**form, "pasted_keys": pasted(entries)}, secure=True)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return [str(message) for message in get_messages(answer.wsgi_request) if message.level_tag == "warning"]


@pytest.mark.parametrize("case", NOTHING_LEFT_OUT)
def test_a_usable_key_set_is_saved(world, admin_client, form, key_server, case):
    """A key set that can be fetched can be pasted, and no warning appears."""
    entries = NOTHING_LEFT_OUT[case]
    assert remarks(admin_client, form, entries) == []
    assert found(databases=[token_database()]) == {}
    assert fetched(world, key_server, entries) == 200


@pytest.mark.parametrize("case", LEFT_OUT)
def test_a_key_that_is_left_out_is_named(world, admin_client, form, key_server, case):
    """An ignored key does not affect the other keys, and the administrator is warned about it."""
    entries, name = LEFT_OUT[case]
    (told,) = remarks(admin_client, form, entries)
    assert f"The key {name} is ignored" in told
    assert found(databases=[token_database()]) == {}
    assert fetched(world, key_server, entries) == 200


def test_the_page_of_the_row_names_it_too(admin_client, form):
    """The page names the ignored keys of a pasted key set, also if the row was written past the form."""
    remarks(admin_client, form, LEFT_OUT["Keycloak's own"][0])
    row = TrustedIssuer.objects.get()
    path = page("trustedissuer", "change", row.pk)
    assert "The key enc1 is ignored" in text_of(admin_client.get(path, secure=True))
    TrustedIssuer.objects.filter(pk=row.pk).update(pasted_keys="{")
    assert "is ignored" not in text_of(admin_client.get(path, secure=True))


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_key_set_without_a_usable_key_is_refused(world, admin_client, form, key_server, written, case):
    """A key set without any usable key is refused on every way in."""
    entries = UNUSABLE[case]
    assert errors(admin_client, {**form, "pasted_keys": pasted(entries)}) == {"pasted_keys"}
    assert fetched(world, key_server, entries) == 503
    assert "pasted_keys" in written(pasted(entries))["E012"].msg


@pytest.mark.scenario("O07")
@pytest.mark.parametrize("case", SECRETS)
def test_a_secret_is_not_kept(world, admin_client, form, key_server, written, case):
    """A shared secret in a fetched key set is ignored; in a pasted one it is refused, so that it is not stored."""
    entries = SECRETS[case]
    assert errors(admin_client, {**form, "pasted_keys": pasted(entries)}) == {"pasted_keys"}
    assert not TrustedIssuer.objects.exists()
    assert fetched(world, key_server, entries) == 200
    assert "pasted_keys" in written(pasted(entries))["E012"].msg


@pytest.mark.scenario("O07")
@pytest.mark.parametrize("cut", [0, 40])
def test_a_private_key_in_pem_is_not_kept(admin_client, form, cut):
    """A private key in PEM is refused beside a usable key, also if it is cut off."""
    from tests.jose.test_pasted_keys import pem, private_pem

    text = private_pem(private_key("RSA", "mine"))
    usable = f"kid: key-1\n{pem(GOOD.key)}"
    assert errors(admin_client, {**form, "pasted_keys": usable + (text[:-cut] if cut else text)}) == {"pasted_keys"}
    assert errors(admin_client, {**form, "pasted_keys": usable}) == set()


def test_a_key_set_with_a_byte_order_mark_is_saved(admin_client, form):
    """A pasted key set may begin with a byte order mark."""
    assert errors(admin_client, {**form, "pasted_keys": "\ufeff" + pasted([GOOD.jwk()])}) == set()


def test_keys_left_out_are_named_when_the_row_is_enabled(admin_client, form):
    """A row with an ignored key can be disabled and enabled again."""
    assert errors(admin_client, {**form, "enabled": "", "pasted_keys": pasted(LEFT_OUT["Keycloak's own"][0])}) == set()
    row = TrustedIssuer.objects.get()
    chosen = {"action": "enable", "_selected_action": [row.pk]}
    admin_client.post("/admin/token_exchange/trustedissuer/", chosen, secure=True)
    row.refresh_from_db()
    assert row.enabled
