"""Section C: an ID token of this server is exchanged by the client of its `aud`, while its login is active."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import jwt
import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_id_token_model

from tests.settings import private_key
from tests.worlds.world import exchange_form
from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT

pytestmark = pytest.mark.usefixtures("openid_connect")

SCOPE = "openid read write"


@pytest.fixture
def policy(world):
    """Let `spa` exchange its own ID tokens, and `front` the tokens of `spa`, whose ID tokens it still cannot use."""
    world.spa.algorithm = "RS256"
    world.spa.save()
    world.policy(issued_to=[world.spa], subject_token_types=[ACCESS_TOKEN, ID_TOKEN])
    return world.policy(client=world.spa, ways=["same_subject"], subject_token_types=[ACCESS_TOKEN, ID_TOKEN])


@pytest.fixture
def login(world, policy):
    return world.login(scope=SCOPE)


def trade(world, id_token, *, client=None, **parameters):
    """Return the answer to the exchange of an ID token."""
    form = exchange_form(id_token, **{"subject_token_type": ID_TOKEN, **parameters})
    return world.post(form, client=client or world.spa)


def refused(world, good, bad=None, *, reason, **request):
    """Refuse another value, or this request, after the ID token of a login was exchanged."""
    return world.refused(
        lambda: trade(world, good["id_token"]),
        lambda: trade(world, bad or good["id_token"], **request),
        error="invalid_request",
        reason=reason,
    )


def resigned(id_token, key=None, *, headers=None, **claims):
    """Return the ID token with changed claims, signed with this server's key or another one."""
    key = key or django_settings.OAUTH2_PROVIDER["OIDC_RSA_PRIVATE_KEY"]
    header = {**jwt.get_unverified_header(id_token), **(headers or {})}
    payload = {**jwt.decode(id_token, options={"verify_signature": False}), **claims}
    present = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(present, key, algorithm="RS256", headers=header)


def test_an_id_token_is_exchanged(world, login):
    """The new token is about the same user, has no scope beyond the login's, and can be obtained repeatedly."""
    answer = trade(world, login["id_token"])
    assert answer.status_code == 200, answer.content
    assert answer.json()["scope"] == "read"
    told = world.introspect(answer.json()["access_token"], client=world.spa)
    assert (told["active"], told["sub"]) == (True, str(world.alice.pk))
    record = ExchangeRecord.objects.latest("pk")
    assert (record.subject_token_type, record.subject) == (ID_TOKEN, str(world.alice.pk))


def test_c20_twice(world, login):
    """The same ID token can be exchanged twice."""
    assert [trade(world, login["id_token"]).status_code for _ in range(2)] == [200, 200]


def test_c05_of_another_client(world, login):
    """Only the client in the `aud` of an ID token can exchange it, even if a policy names that client."""
    refused(world, login, client=world.front, reason="not_permitted_by_any_policy")


def test_c06_declared_as_another_type(world, login):
    """An ID token that is declared a JWT of an external issuer, or an access token, is refused."""
    for declared in (ACCESS_TOKEN, JWT):
        before = world.counts()
        answer = trade(world, login["id_token"], subject_token_type=declared)
        world.assert_refusal(answer, before, error="invalid_request")


def test_a07_not_listed(world, login, policy):
    """An ID token is not even read if no policy of the client lists its type."""
    policy.subject_token_types = [ACCESS_TOKEN]
    policy.save()
    before = world.counts()
    answer = trade(world, login["id_token"])
    world.assert_refusal(answer, before, error="invalid_request", reason="token_type_unsupported")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"aud": "front"}, "claims_invalid"),
        ({"aud": ["spa", "front"]}, "claims_invalid"),
        ({"aud": None}, "claims_invalid"),
        ({"azp": "front"}, "claims_invalid"),
        ({"azp": 1}, "claims_invalid"),
        ({"iss": None}, "claims_invalid"),
        ({"sub": None}, "claims_invalid"),
        ({"exp": None}, "claims_invalid"),
        ({"exp": 1_000_000_000}, "claims_invalid"),
        ({"iat": None}, "claims_invalid"),
        ({"nbf": 4_000_000_000}, "claims_invalid"),
        ({"jti": None}, "token_without_id"),
        ({"jti": "1"}, "token_without_id"),
        ({"jti": "00000000-0000-4000-8000-000000000000"}, "token_unknown"),
        ({"events": {}}, "token_type_not_taken_from_issuer"),
        ({"headers": {"typ": "logout+jwt"}}, "token_type_not_taken_from_issuer"),
        ({"headers": {"typ": "at+jwt"}}, "token_type_not_taken_from_issuer"),
    ],
)
def test_a_wrong_claim_is_refused(world, login, change, reason):
    """An ID token with a wrong claim is refused, although this server's key signed it."""
    assert trade(world, resigned(login["id_token"])).status_code == 200, "the same claims, signed once more"
    refused(world, login, resigned(login["id_token"], **change), reason=reason)


def test_c25_signed_with_another_key(world, login):
    """A token with valid claims and a known `kid` is refused if another key signed it."""
    refused(world, login, resigned(login["id_token"], private_key()), reason="signature_invalid")


def test_signed_with_the_clients_secret(world, login):
    """An ID token signed with a client's secret is refused, because the client could name any user in it."""
    header = jwt.get_unverified_header(login["id_token"])
    payload = jwt.decode(login["id_token"], options={"verify_signature": False})
    forged = jwt.encode(
        payload, "a secret of at least thirty-two bytes", algorithm="HS256", headers={**header, "alg": "HS256"}
    )
    refused(world, login, forged, reason="signature_invalid")


def test_no_signature(world, login):
    """An ID token with the algorithm `none` is refused."""
    _header, payload, _signature = login["id_token"].split(".")
    header = {**jwt.get_unverified_header(login["id_token"]), "alg": "none"}
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    before = world.counts()
    world.assert_refusal(trade(world, f"{encoded}.{payload}."), before, error="invalid_request")


def test_the_issuer_where_it_is_fixed(world, login, settings):
    """If the settings fix the issuer, an ID token with another name of this server is refused."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OIDC_ISS_ENDPOINT": "https://id.example"}
    fixed = world.login(scope=SCOPE)
    refused(world, fixed, login["id_token"], reason="claims_invalid")


def test_a_rotated_key(world, login, settings):
    """A key that was rotated but is still published verifies ID tokens; a removed key does not."""
    provider = settings.OAUTH2_PROVIDER
    old, new = provider["OIDC_RSA_PRIVATE_KEY"], private_key()
    settings.OAUTH2_PROVIDER = {**provider, "OIDC_RSA_PRIVATE_KEY": new, "OIDC_RSA_PRIVATE_KEYS_INACTIVE": [old]}
    assert trade(world, login["id_token"]).status_code == 200
    settings.OAUTH2_PROVIDER = {**provider, "OIDC_RSA_PRIVATE_KEY": new}
    before = world.counts()
    world.assert_refusal(trade(world, login["id_token"]), before, error="invalid_request", reason="issuer_unknown")


def test_c12_expired(world, login):
    """An expired ID token is refused without leeway, because this server's own clock signed it."""
    (row,) = get_id_token_model().objects.all()
    with time_machine.travel(row.expires + timedelta(milliseconds=1), tick=False):
        before = world.counts()
        world.assert_refusal(trade(world, login["id_token"]), before, error="invalid_request", reason="token_expired")


def test_c17_of_a_deactivated_user(world, policy):
    """The ID token of a deactivated user is refused."""
    other = world.login(world.bob, scope=SCOPE)
    get_user_model().objects.filter(pk=world.bob.pk).update(is_active=False)
    refused(world, world.login(scope=SCOPE), other["id_token"], reason="subject_inactive")


def _revoke_access_token(world, login):
    world.revoke(login["access_token"], client=world.spa)


def _revoke_refresh_token(world, login):
    world.revoke(login["refresh_token"], client=world.spa)


def _delete_id_token(world, login):
    get_id_token_model().objects.all().delete()


def _expire(world, login):
    get_access_token_model().objects.filter(id_token__isnull=False).update(expires=timezone.now())


@pytest.mark.parametrize("end", [_revoke_access_token, _revoke_refresh_token, _delete_id_token, _expire])
def test_l12_it_ends_with_its_login(world, login, end):
    """After the logout an ID token is refused, and its descendants are inactive."""
    token = trade(world, login["id_token"]).json()["access_token"]
    assert world.introspect(token, client=world.spa)["active"]
    end(world, login)
    assert not world.introspect(token, client=world.spa)["active"]
    before = world.counts()
    world.assert_refusal(trade(world, login["id_token"]), before, error="invalid_request")


def test_l08_a_refresh_brings_another(world, login):
    """After a refresh the new ID token is accepted; descendants of the old one stay active."""
    token = trade(world, login["id_token"]).json()["access_token"]
    form = {"grant_type": "refresh_token", "refresh_token": login["refresh_token"]}
    refreshed = world.post(form, client=world.spa).json()
    assert world.introspect(token, client=world.spa)["active"]
    refused(world, refreshed, login["id_token"], reason="token_unknown")


def test_m23_a_condition_on_its_claims(world, login, policy):
    """A condition of a policy can be met by the claims of an ID token; an access token has no claims."""
    policy.conditions = [{"claim": "sub", "operator": "equals", "values": [str(world.alice.pk)]}]
    policy.save()
    other = world.login(world.bob, scope=SCOPE)
    refused(world, login, other["id_token"], reason="not_permitted_by_any_policy")


def test_the_old_openid_scope_gives_no_scope(world, login):
    """The scope `openid` of the login is granted only if policy and target list it."""
    token = trade(world, login["id_token"]).json()["access_token"]
    assert "openid" not in world.introspect(token, client=world.spa)["scope"].split()
    assert ExchangedToken.objects.count() == 1
