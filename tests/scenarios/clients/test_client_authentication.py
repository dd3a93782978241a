"""Section B: only a confidential client that authenticates, and that a policy names, can exchange."""

from __future__ import annotations

import base64

import pytest
from oauth2_provider.models import get_application_model

from tests.worlds.world import SECRET, exchange_form
from token_exchange.models import ExchangeRecord

WRONG = "a wrong secret of some length"


@pytest.fixture
def refused_client(world, alices_token):
    """Refuse an exchange with wrong credentials of `front`, between two that succeed."""

    def refused(mutated, *, reason, error="invalid_client", status=401):
        answer = world.refused(lambda: world.exchange(alices_token), mutated, error=error, reason=reason, status=status)
        if status == 401:
            assert answer["WWW-Authenticate"].startswith("Basic ")
        return answer

    return refused


@pytest.mark.parametrize("named", [False, True], ids=["nothing", "client_id only"])
def test_b01_no_client_credentials(world, alices_token, refused_client, named):
    """A request without client credentials is refused, with and without a client id."""
    form = exchange_form(alices_token, **({"client_id": "front"} if named else {}))
    refused_client(lambda: world.post(form), reason="client_secret_is_blank")


@pytest.mark.parametrize("basic", [True, False], ids=["basic", "body"])
def test_b02_wrong_secret(world, alices_token, refused_client, basic):
    """A wrong secret is refused in the header and in the body, with one record that names no client."""
    form = exchange_form(alices_token)
    refused_client(
        lambda: world.post(form, client=world.front, secret=WRONG, basic=basic),
        reason="client_authentication_failed",
    )
    assert ExchangeRecord.objects.get(outcome="refused").client_id == "", "nobody proved to be that client"


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic " + base64.b64encode(b"front").decode(),
        "Basic " + base64.b64encode(b"front:").decode(),
        "Basic " + base64.b64encode(b":secret").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        "Basic " + base64.b64encode(b"fr\x00nt:secret").decode(),
        "Basic " + base64.b64encode(b"f" * 5_000 + b":secret").decode(),
        "Bearer front",
        "Digest username=front",
    ],
)
def test_b02_malformed_authorization(world, alices_token, header):
    """An unreadable Authorization header is a failed authentication, not a server error."""
    form = exchange_form(alices_token)
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.post(form, headers={"Authorization": header}),
        error="invalid_client",
        status=401,
    )


@pytest.mark.parametrize("secret", ["", SECRET], ids=["client_id only", "with its secret"])
@pytest.mark.parametrize("own", [False, True], ids=["B04-another's token", "B05-own token"])
def test_b04_b05_public_client(world, alices_token, refused_client, own, secret):
    """A public client can exchange no token, neither its own nor another client's, even if it sends its secret."""
    app = world.client("app", client_type="public", grant="authorization-code")
    world.policy(client=app, issued_to=[app, world.spa], ways=["same_subject", "client_acts"])
    form = exchange_form(world.login_token(client=app) if own else alices_token)
    refused_client(
        lambda: world.post(form, client=app, secret=secret, basic=False),
        reason="client_is_public" if secret else "client_secret_is_blank",
    )


@pytest.mark.parametrize("basic", [True, False], ids=["basic", "body"])
def test_b05_blank_secret(world, alices_token, refused_client, basic):
    """A confidential client with a blank secret cannot exchange, although it sends the same blank secret."""
    blank = world.client("blank", secret="")
    world.policy(client=blank)
    form = exchange_form(alices_token)
    refused_client(lambda: world.post(form, client=blank, secret="", basic=basic), reason="client_secret_is_blank")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="B06-no policy"),
        pytest.param({"skip_authorization": False}, id="B08-third party"),
        pytest.param({"authorization_grant_type": "authorization-code"}, id="B06-another grant"),
    ],
)
def test_b06_b08_client_without_a_policy(world, alices_token, refused_client, fields):
    """A client that no policy names gets `unauthorized_client`, and its token is not read."""
    application = world.client("stranger")
    get_application_model().objects.filter(pk=application.pk).update(**fields)
    for token in (alices_token, "garbage-that-nobody-issued"):
        refused_client(
            lambda token=token: world.exchange(token, client=application),
            error="unauthorized_client",
            reason="client_has_no_policy",
            status=400,
        )


@pytest.mark.parametrize("change", [{"enabled": False}, {"effect": "deny"}])
def test_b06_client_whose_policies_permit_nothing(world, alices_token, refused_client, change):
    """A disabled policy, or a deny policy, does not let a client exchange."""
    world.policy(client=world.agent, **change)
    refused_client(
        lambda: world.exchange(alices_token, client=world.agent),
        error="unauthorized_client",
        reason="client_has_no_policy",
        status=400,
    )


@pytest.fixture
def second_client(world, alices_token):
    """Return another client with a policy like that of `front`, which has exchanged a token."""
    world.policy(client=world.agent)
    assert world.exchange(alices_token, client=world.agent).status_code == 200
    return world.agent


def test_b09_client_deleted(world, alices_token, refused_client, second_client):
    """A client that was deleted after an exchange cannot authenticate any more."""
    get_application_model().objects.get(client_id=second_client.client_id).delete()
    refused_client(lambda: world.exchange(alices_token, client=second_client), reason="client_authentication_failed")


def test_b09_client_disabled(world, alices_token, refused_client, second_client, monkeypatch):
    """A client that its own model calls unusable cannot authenticate any more."""
    monkeypatch.setattr(
        get_application_model(), "is_usable", lambda self, request: self.client_id != second_client.client_id
    )
    refused_client(lambda: world.exchange(alices_token, client=second_client), reason="client_authentication_failed")


def test_b09_secret_rotated(world, alices_token, refused_client, second_client):
    """After a secret is rotated the old one is refused at once, even if it was verified a moment before."""
    second_client.client_secret = "a new secret of some length"
    second_client.save()
    refused_client(lambda: world.exchange(alices_token, client=second_client), reason="client_authentication_failed")


def test_b13_no_oracle_for_strangers(world, alices_token):
    """Without the right secret the answer reveals neither if the client exists nor its policies."""
    form = exchange_form(alices_token)
    strangers = [world.front, world.agent, world.back, get_application_model()(client_id="nobody")]
    answers = [world.post(form, client=client, secret=WRONG) for client in strangers]
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}


def test_b13_unknown_grant_type(world, alices_token):
    """For an unknown grant type the answer is the same with the right secret and with a wrong one."""
    form = exchange_form(alices_token, grant_type="urn:example:unknown")
    right, wrong = (world.post(form, client=world.front, secret=secret) for secret in (SECRET, WRONG))
    assert (right.status_code, right.content) == (wrong.status_code, wrong.content)
    assert right.json()["error"] == "unsupported_grant_type"


def test_b15_client_id_that_equals_a_users_key(world, alices_token):
    """A client whose id equals Alice's primary key is not Alice: the subject of its own token is the client."""
    namesake = world.client(str(world.alice.pk))
    world.policy(client=namesake, ways=["same_subject"], subject_kind="clients")
    issued = world.issued(world.client_token(namesake), client=namesake)
    assert world.introspect(issued, client=world.back)["sub"] == f"client:{world.alice.pk}"
    assert world.introspect(world.issued(alices_token))["sub"] == str(world.alice.pk)


def test_b15_policy_for_users_does_not_cover_their_namesakes(world, alices_token):
    """A policy that lists Alice does not cover a client whose id is Alice's primary key."""
    namesake = world.client(str(world.alice.pk))
    lists = {"subject_users": [world.alice]}
    world.policy(client=world.agent, issued_to=[namesake, world.spa], subject_kind="listed_users", lists=lists)
    namesakes_token = world.client_token(namesake)
    world.refused(
        lambda: world.exchange(alices_token, client=world.agent),
        lambda: world.exchange(namesakes_token, client=world.agent),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )
