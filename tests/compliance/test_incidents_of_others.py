"""Show that published flaws of other servers are not flaws here, each by the request that succeeded there.

They come down to a few faults: a chain that is cut short, a token that is dropped, a status that one path forgets, a
claim that another one stands in for, a kind of token that passes for another, a refusal that leaves no trace.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from oauth2_provider.models import get_access_token_model

from tests.worlds.client_chain import ClientChain
from tests.worlds.help_desk import HelpDesk
from tests.worlds.pasted_issuer import PastedIssuer
from tests.worlds.world import SECRET, basic_header, exchange_form
from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.sts.delegation import MAX_CHAIN_DEPTH, MAX_GENERATIONS
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT, MAX_TOKEN_BYTES, REFRESH_TOKEN

pytestmark = pytest.mark.compliance("RFC 8693", "5")

NOT_PERMITTED = "not_permitted_by_any_policy"


def rules_failed():
    """Return the rules that failed in the last refusal, in all policies."""
    record = ExchangeRecord.objects.latest("pk")
    return {rule["rule"] for trial in record.trace for rule in trial["rules"] if not rule["passed"]}


def test_txs_006_a_client_exchanges_its_own_delegated_token(world, alices_token):
    """A client that is already the current actor is not added a second time (WSO2 #3008)."""
    token = world.issued(alices_token)
    for _ in range(3):
        token = world.issued(token)
        told = world.introspect(token)
        assert told["act"] == {"iss": "https://testserver/o", "sub": "client:front"}


def test_txs_007_a_chain_at_its_limit(world):
    """An exchange that would exceed the maximum number of actors is refused; no actor is dropped."""
    relay = ClientChain(world)
    shorter, longest = relay.token(MAX_CHAIN_DEPTH - 1), relay.token(MAX_CHAIN_DEPTH)
    last = relay.clients[MAX_CHAIN_DEPTH]
    world.refused_but_for(shorter, longest, client=last, reason=NOT_PERMITTED)
    assert relay.hop(MAX_CHAIN_DEPTH, longest).status_code == 400
    assert rules_failed() == {"chain"}


def test_txs_013_a_token_meant_for_another_api(world):
    """A resource server can exchange tokens for its own target, but not those for another."""
    world.policy(client=world.back, issued_to=[], targets=[world.other_target], scopes=["read"])
    world.other_target.owner = world.agent
    world.other_target.save()
    mine = world.login_token(resource="https://back-api.example/")
    others = world.login_token(resource="https://invoices-api.example/")
    unrestricted = world.login_token()
    for token in (others, unrestricted):
        world.refused_but_for(mine, token, client=world.back, reason=NOT_PERMITTED)


@pytest.mark.parametrize("status", ["is_staff", "is_superuser"])
@pytest.mark.parametrize("way", ["without_actor", "client_acts"])
def test_txs_016_staff_and_superusers(world, status, way):
    """The token of an administrator is exchanged only if a policy covers staff and superusers."""
    policy = world.policy(ways=[way])
    carol = world.user("carol", **{status: True})
    alices, carols = world.login_token(), world.login_token(carol)
    world.refused_but_for(alices, carols, reason=NOT_PERMITTED)
    world.exchange(carols)
    assert rules_failed() == {"subject"}
    policy.privileged_subjects = True
    policy.save()
    assert world.exchange(carols).status_code == 200


def test_txs_016_promoted_after_the_first_exchange(world):
    """The tokens of a user who becomes staff are refused, also those of an earlier exchange."""
    desk = HelpDesk(world)
    desk.onward_policy()
    token, bobs = desk.token(), desk.token(desk.subject_token(world.user("dora")))
    world.alice.is_staff = True
    world.alice.save()
    world.refused_but_for(bobs, token, client=world.back, reason="no_longer_granted")


def test_txs_016_a_user_whom_the_policy_does_not_list(world):
    """A policy for listed users does not cover other users."""
    world.policy(ways=["without_actor"], subject_kind="listed_users", lists={"subject_users": [world.alice]})
    alices, bobs = world.login_token(), world.login_token(world.bob)
    world.refused_but_for(alices, bobs, reason=NOT_PERMITTED)
    world.exchange(bobs)
    assert rules_failed() == {"subject"}


@pytest.fixture
def external(world):
    """Return an issuer whose subject `alice` is linked to Alice, with a policy that accepts its tokens."""
    issuer = PastedIssuer(world)
    issuer.policy(issued_to=[])
    return issuer


def external_answer(world, token, **parameters):
    """Return the answer to the exchange of an external token."""
    return world.exchange(token, **{"subject_token_type": JWT, **parameters})


class TestAnOversizedSubjectToken:
    """Keycloak CVE-2026-9704 dropped a subject token over the limit, and used the caller's own account."""

    @pytest.mark.parametrize("size", [4_001, MAX_TOKEN_BYTES, MAX_TOKEN_BYTES + 1, 60_000])
    @pytest.mark.parametrize("declared", [ACCESS_TOKEN, JWT, ID_TOKEN, REFRESH_TOKEN])
    def test_it_is_refused_and_nothing_replaces_it(self, world, alices_token, size, declared):
        """An oversize subject token is refused, although the caller has a token and a policy of its own."""
        world.policy(ways=["same_subject"], subject_kind="anyone", issued_to=[], scopes=["read", "write"])
        world.client_token()
        answer = world.refused(
            lambda: world.exchange(alices_token),
            lambda: world.exchange("x" * size, subject_token_type=declared),
            error="invalid_request",
        )
        assert "subject_token" in answer.json()["error_description"]
        assert ExchangeRecord.objects.filter(outcome="refused").latest("pk").subject == ""

    def test_an_oversized_actor_token_is_refused_too(self, world, alices_token):
        """An oversize actor token is refused; the exchange is not made without an actor."""
        world.refused(
            lambda: world.exchange(alices_token),
            lambda: world.exchange(alices_token, actor_token="x" * (MAX_TOKEN_BYTES + 1)),
            error="invalid_request",
        )


class TestEndlessRenewal:
    """Keycloak CVE-2026-96460 exchanged a token for a fresh one of itself without end."""

    def test_no_exchange_outlives_the_login(self, world):
        """A token that is exchanged again and again ends with the first token of its lineage."""
        world.policy(max_lifetime=3_600)
        token = world.login_token()
        end = get_access_token_model().objects.latest("pk").expires
        for minutes_left in (30, 20, 10, 1):
            with time_machine.travel(end - _minutes(minutes_left), tick=False):
                answer = world.exchange(token)
                assert answer.status_code == 200, answer.content
                assert answer.json()["expires_in"] <= minutes_left * 60
                assert ExchangedToken.objects.latest("pk").expires <= end
                token = answer.json()["access_token"]
        with time_machine.travel(end, tick=False):
            assert world.exchange(token).status_code == 400
            assert world.introspect(token) == {"active": False}

    def test_a_lineage_has_so_many_generations(self, world):
        """The number of successive exchanges after one login is limited."""
        world.policy()
        token = world.login_token()
        for _ in range(MAX_GENERATIONS):
            token = world.issued(token)
        assert world.exchange(token).status_code == 400

    def test_an_external_token_renews_nothing(self, world, external):
        """A token from an external token ends with it."""
        world.policy(ways=["same_subject"])
        first = external_answer(world, external.token())
        assert first.json()["expires_in"] <= 300
        with time_machine.travel(time.time() + 200, tick=False):
            again = world.exchange(first.json()["access_token"])
            assert again.json()["expires_in"] <= 100
        with time_machine.travel(time.time() + 301, tick=False):
            assert world.introspect(again.json()["access_token"]) == {"active": False}


class TestAnAudienceThatWasDisabled:
    """Keycloak CVE-2026-93999 accepted tokens for an audience whose client had been disabled."""

    @pytest.mark.parametrize("what", ["target", "policy"])
    def test_its_tokens_end(self, world, what):
        """A token for a disabled target is inactive at once, and active again when the target is enabled."""
        policy, login = world.policy(), world.login_token()
        row = world.target if what == "target" else policy
        world.policy(client=world.back, issued_to=[], targets=[world.other_target], scopes=["read"], max_chain_depth=3)
        token = world.issued(login)
        assert world.introspect(token)["active"]
        assert world.exchange(token, client=world.back).status_code == 200
        row.enabled = False
        row.save()
        assert world.introspect(token) == {"active": False}
        assert world.exchange(token, client=world.back).status_code == 400
        assert world.exchange(login).status_code == 400
        row.enabled = True
        row.save()
        assert world.introspect(token)["active"]

    def test_descendants_end_too(self, world):
        """Descendants of a token for a disabled target are inactive too."""
        relay = ClientChain(world)
        token = relay.token(2)
        assert world.introspect(token, client=relay.clients[1])["active"]
        middle = ExchangedToken.objects.order_by("pk").first().audience
        type(world.target).objects.filter(name__in=middle).first()
        target = type(world.target).objects.get(name=middle[0])
        target.enabled = False
        target.save()
        assert world.introspect(token, client=relay.clients[1]) == {"active": False}


class TestADisabledUserOrIssuer:
    """Keycloak CVE-2026-1609 and CVE-2026-1486 served a disabled user and a disabled provider."""

    def test_a_disabled_user_of_an_external_issuer(self, world, external):
        """A deactivated user is refused and has no active token, although the issuer still signs tokens for her."""
        got = external_answer(world, external.token())
        assert got.status_code == 200, got.content
        world.alice.is_active = False
        world.alice.save()
        before = world.counts()
        world.assert_refusal(
            external_answer(world, external.token()), before, error="invalid_request", reason="subject_inactive"
        )
        assert world.introspect(got.json()["access_token"]) == {"active": False}

    def test_a_disabled_issuer(self, world, external):
        """Tokens of a disabled issuer are refused, and their descendants are inactive."""
        got = external_answer(world, external.token())
        assert got.status_code == 200, got.content
        external.row.enabled = False
        external.row.save()
        before = world.counts()
        world.assert_refusal(
            external_answer(world, external.token()), before, error="invalid_request", reason="issuer_unknown"
        )
        assert world.introspect(got.json()["access_token"]) == {"active": False}


class TestAlgorithmConfusion:
    """Keycloak CVE-2026-11800 accepted a signature under an algorithm that it had not chosen."""

    @pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
    @pytest.mark.parametrize("secret", ["jwk", "x", "empty"])
    def test_the_public_key_is_no_shared_secret(self, world, external, algorithm, secret):
        """An HMAC with the public key as its secret is refused."""
        jwk = external.signer.jwk()
        keys = {"jwk": json.dumps(jwk).encode(), "x": _decoded(jwk["x"]), "empty": b""}
        forged = _with_hmac(external.token(), algorithm, keys[secret])
        world.refused(
            lambda: external_answer(world, external.token()),
            lambda: external_answer(world, forged),
            error="invalid_request",
            reason="signature_invalid",
        )

    @pytest.mark.parametrize("algorithm", ["none", "None", "", "ES256K", "ES384", "RS256", "PS256", "EdDSA"])
    def test_the_header_chooses_no_algorithm(self, world, external, algorithm):
        """A token signed with ES256 whose header names another algorithm is refused."""
        honest = external.token()
        for signature in ("", honest.rsplit(".", 1)[1]):
            forged = _with_header(honest, algorithm, signature)
            world.refused(
                lambda: external_answer(world, external.token()),
                lambda forged=forged: external_answer(world, forged),
                error="invalid_request",
            )


class TestNoOtherClaimStandsIn:
    """Keycloak CVE-2026-96447 looked a user name up if the identifier matched no user."""

    @pytest.mark.parametrize("claim", ["preferred_username", "username", "email", "upn", "name", "user_id"])
    def test_an_unknown_subject_is_not_looked_up_by_name(self, world, external, claim):
        """An unlinked subject is refused, although other claims name Alice."""
        names = {claim: world.alice.email if claim == "email" else "alice", "email_verified": True}
        world.refused(
            lambda: external_answer(world, external.token()),
            lambda: external_answer(world, external.token(sub="somebody-else", **names)),
            error="invalid_request",
            reason="subject_unknown",
        )

    @pytest.mark.every_database
    @pytest.mark.parametrize("subject", ["Alice", "ALICE", "alice ", "alicé", "alice@example.org"])
    def test_a_subject_is_no_spelling_of_a_username(self, world, external, subject):
        """An unlinked subject that equals a user name is refused."""
        before = world.counts()
        world.assert_refusal(external_answer(world, external.token(sub=subject)), before, error="invalid_request")

    def test_a_primary_key_is_no_subject(self, world, external):
        """An unlinked subject that equals Alice's primary key is refused."""
        before = world.counts()
        answer = external_answer(world, external.token(sub=str(world.alice.pk)))
        world.assert_refusal(answer, before, error="invalid_request", reason="subject_unknown")


class TestTheTokenOfAnyClient:
    """Open WebUI CVE-2026-70482 accepted tokens that the provider had issued to any client."""

    @pytest.mark.parametrize("audience", ["another-client", ["another-client"], [], None, ...])
    def test_an_external_token_that_is_not_meant_for_this_site(self, world, external, audience):
        """A valid token of Alice for another audience is refused."""
        world.refused(
            lambda: external_answer(world, external.token()),
            lambda: external_answer(world, external.token(aud=audience)),
            error="invalid_request",
            reason="claims_invalid",
        )

    def test_a_token_of_this_site_that_another_client_was_issued(self, world, alices_token):
        """A policy for tokens of `spa` does not accept the same user's token of another client."""
        world.policy(issued_to=[world.spa])
        shop = world.client("shop", grant="authorization-code")
        world.refused_but_for(alices_token, world.login_token(client=shop), reason=NOT_PERMITTED)


class TestStaleRoles:
    """Open WebUI CVE-2026-109283 kept the roles that a user had when the token was issued."""

    def test_a_user_who_leaves_the_group(self, world):
        """A policy for a group does not cover a former member at the next exchange."""
        team = Group.objects.create(name="team")
        world.alice.groups.add(team)
        world.policy(subject_kind="listed_users", lists={"subject_groups": [team]})
        login = world.login_token()
        assert world.exchange(login).status_code == 200
        world.alice.groups.remove(team)
        before = world.counts()
        world.assert_refusal(world.exchange(login), before, error="invalid_request", reason=NOT_PERMITTED)

    def test_a_user_who_leaves_the_group_loses_the_token(self, world):
        """A token issued to a member of a group is inactive after the user leaves the group."""
        team = Group.objects.create(name="team")
        world.alice.groups.add(team)
        world.policy(subject_kind="listed_users", lists={"subject_groups": [team]})
        login = world.login_token()
        token = world.issued(login)
        assert world.introspect(token)["active"]
        world.alice.groups.remove(team)
        assert world.introspect(token) == {"active": False}

    def test_a_user_who_becomes_staff(self, world):
        """A policy that does not cover staff refuses a user who has become staff."""
        world.policy()
        login = world.login_token()
        assert world.exchange(login).status_code == 200
        world.alice.is_staff = True
        world.alice.save()
        before = world.counts()
        world.assert_refusal(world.exchange(login), before, error="invalid_request", reason=NOT_PERMITTED)


class TestAnAccessTokenAsRefreshToken:
    """Gitea CVE-2026-101023 accepted an access token at the refresh grant."""

    @pytest.mark.parametrize("kind", ["login", "exchanged"])
    def test_the_refresh_grant_takes_none(self, world, kind):
        """The refresh grant refuses access tokens, of a login or of an exchange."""
        world.policy()
        login = world.login()
        token = login["access_token"] if kind == "login" else world.issued(login["access_token"])
        client = world.spa if kind == "login" else world.front
        before = world.counts()
        answer = world.post({"grant_type": "refresh_token", "refresh_token": token}, client=client)
        assert answer.status_code == 400
        assert "access_token" not in answer.json()
        assert world.counts()["tokens"] == before["tokens"]

    def test_the_exchange_takes_none_under_the_other_name(self, world):
        """An access token declared a refresh token is refused, and so is the reverse."""
        world.policy(
            client=world.spa, subject_token_types=[ACCESS_TOKEN, REFRESH_TOKEN], ways=["same_subject"], scopes=["read"]
        )
        login = world.login()
        access, refresh = login["access_token"], login["refresh_token"]
        for token, declared, other in ((access, ACCESS_TOKEN, REFRESH_TOKEN), (refresh, REFRESH_TOKEN, ACCESS_TOKEN)):
            world.refused(
                lambda token=token, declared=declared: world.exchange(
                    token, client=world.spa, subject_token_type=declared
                ),
                lambda token=token, other=other: world.exchange(token, client=world.spa, subject_token_type=other),
                error="invalid_request",
                reason="token_unknown",
            )


class TestTheClientInTheBody:
    """oauthlib CVE-2026-118669 used the client in the body instead of the authenticated one."""

    @pytest.mark.parametrize("named", ["front", "spa", "FRONT", "nobody", ""])
    def test_another_client_id_beside_a_proved_one(self, world, alices_token, named):
        """`agent` cannot exchange by naming `front`, which has a policy, in the body."""
        world.policy()
        before = world.counts()
        answer = world.exchange(alices_token, client=world.agent, client_id=named)
        assert answer.status_code in (400, 401)
        assert "access_token" not in answer.json()
        assert {**world.counts(), "records": 0} == {**before, "records": 0}

    @pytest.mark.parametrize("path", ["/o/introspect/", "/o/revoke_token/"])
    def test_no_endpoint_serves_the_named_one(self, world, alices_token, path):
        """Introspection and revocation serve the authenticated client, or refuse the request."""
        world.policy()
        token = world.issued(alices_token)
        world.post({"token": token, "client_id": "front"}, client=world.agent, path=path)
        assert world.introspect(token)["active"]
        told = world.post({"token": token, "client_id": "front"}, client=world.agent, path="/o/introspect/")
        assert told.json().get("active") is not True

    def test_another_client_id_beside_another_grant(self, world):
        """A token of the client credentials grant is issued to the authenticated client, or not at all."""
        form = {"grant_type": "client_credentials", "client_id": "front", "scope": "read"}
        header = basic_header("agent", SECRET)
        answer = world.post(form, headers={"Authorization": header})
        issued = get_access_token_model().objects.select_related("application")
        assert {row.application.client_id for row in issued} <= {"agent"}
        assert answer.status_code != 200 or issued.count() == 1


class TestARefusalWithoutARecord:
    """Apache Knox KNOX-3460 left no record of most refusals."""

    @pytest.mark.parametrize(
        ("changes", "client", "reason"),
        [
            ({"subject_token": "unknown-token"}, "front", "token_unknown"),
            ({"subject_token_type": "urn:example:none"}, "front", "token_type_unsupported"),
            ({"subject_token_type": ""}, "front", "parameter_missing"),
            ({"audience": "nowhere"}, "front", "target_unknown"),
            ({"resource": "no uri"}, "front", "target_malformed"),
            ({"scope": "write"}, "front", NOT_PERMITTED),
            ({"requested_token_type": "urn:example:none"}, "front", NOT_PERMITTED),
            ({"actor_token": "unknown-token"}, "front", "token_unknown"),
            ({"client_id": "agent"}, "front", None),
            ({}, "agent", "client_has_no_policy"),
        ],
    )
    def test_each_refusal_is_recorded_with_its_request_id(self, world, alices_token, changes, client, reason):
        """The request id in the answer finds the record, with client, reason and, once known, user."""
        world.policy()
        form = {"subject_token": alices_token, **changes}
        before = world.counts()
        answer = world.exchange(form.pop("subject_token"), client=getattr(world, client), **form)
        assert answer.status_code in (400, 401)
        assert world.counts()["records"] == before["records"] + 1
        record = ExchangeRecord.objects.get(request_id=answer["X-Request-Id"])
        assert (record.outcome, record.error) == ("refused", answer.json()["error"])
        assert record.client_id in (client, "")
        assert reason in (None, record.reason)
        if record.reason in ("target_unknown", NOT_PERMITTED):
            assert record.subject == str(world.alice.pk)

    def test_a_wrong_secret_is_recorded(self, world, alices_token):
        """A failed authentication is recorded, and no user is looked up for it."""
        refused = world.post(exchange_form(alices_token), client=world.front, secret="wrong")
        assert refused.status_code == 401
        record = ExchangeRecord.objects.get(request_id=refused["X-Request-Id"])
        assert (record.outcome, record.reason, record.subject) == ("refused", "client_authentication_failed", "")


def _minutes(count):
    return timedelta(minutes=count)


def _decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _with_header(token, algorithm, signature):
    """Return the same claims under a header that names another algorithm."""
    header, payload, _signature = token.split(".")
    changed = {**json.loads(_decoded(header)), "alg": algorithm}
    return f"{_encoded(json.dumps(changed).encode())}.{payload}.{signature}"


def _with_hmac(token, algorithm, key):
    """Return the same claims with an HMAC."""
    signed = _with_header(token, algorithm, "").rstrip(".")
    digest = getattr(hashlib, f"sha{algorithm[2:]}")
    return f"{signed}.{_encoded(hmac.new(key, signed.encode(), digest).digest())}"
