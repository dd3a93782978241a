"""Test the steps of an exchange: their order, their records, and that a refusal changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sts.memory import Server
from tests.sts.samples import BACK_API, BOB, EXTERNAL, FRONT, INVOICES, NOW, delegation, denial, policy, token
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.errors import InvalidRequest, InvalidTarget, UnauthorizedClient
from token_exchange.sts.parties import Client, client_party
from token_exchange.sts.policy import People, SubjectKind, Way
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT, NEEDS_PERMISSION, SUBJECT_ONLY

SCOPES = frozenset({"read", "write"})


def server(*policies, **options):
    """Return a server with two targets and these policies."""
    return Server(Configuration(1, [BACK_API, INVOICES], policies or [policy()]), **options)


def send(running, subject_token, *, client=FRONT, now=NOW, **parameters):
    """Send one request of the client `front`."""
    return running.exchange(subject_token, client=client, now=now, client_scopes=SCOPES, **parameters)


def refused(running, kind, *sent, **parameters):
    """Return the only recorded event, which must be a refusal without a new token."""
    before = dict(running.vault.tokens)
    with pytest.raises(kind) as error:
        send(running, *sent, **parameters)
    assert running.vault.tokens == before
    (event,) = running.trail.events
    assert event.error is error.value
    assert (event.permit, event.issued) == (None, None)
    return event


def test_a_permitted_exchange_is_issued_recorded_and_answered():
    """The event of a permitted exchange contains the permit, the new token and the trace."""
    running = server()
    answer = send(running, running.vault.login(token()), audience=["back-api"])
    assert answer["scope"] == "read write"
    (event,) = running.trail.events
    assert event.issued.value == answer["access_token"]
    assert event.permit.policy.key == 1
    assert event.trace == event.permit.trace
    assert event.error is None
    assert (event.circumstances.request_id, event.request.audiences) == ("r", ("back-api",))
    assert event.exchange.requested_targets[0].target is BACK_API
    issued = running.vault.tokens[answer["access_token"]]
    assert (issued.chain, issued.audiences) == ((FRONT.party,), {"back-api"})


def test_everything_that_was_asked_reaches_the_decision():
    """The decision receives scope, type, resource and actor token as they were sent."""
    running = server(delegation())
    subject_token = running.vault.login(token())
    actor_token = running.vault.login(token(BOB, client_id="front"))
    parameters = {"resource": "https://back.example/", "scope": "read", "requested_token_type": ACCESS_TOKEN}
    send(running, subject_token, actor_token=actor_token, **parameters)
    facts = running.trail.events[0].exchange
    assert (facts.requested_scopes, facts.requested_token_type) == ({"read"}, ACCESS_TOKEN)
    assert (facts.subject_token.fingerprint, facts.actor_token.fingerprint) == tuple(
        running.vault.tokens[value].fingerprint for value in (subject_token, actor_token)
    )
    assert (facts.actor.account, facts.client_scopes, facts.now) == (BOB, SCOPES, NOW)


def test_the_targets_of_the_caller_count_as_its_own():
    """A client may trade what was issued for the target that it owns."""
    running = server(policy(client_id="back", issued_to=frozenset(), targets=(INVOICES,)))
    meant_for_back = running.vault.login(token(audiences=frozenset({"back-api"})))
    assert send(running, meant_for_back, client=Client(client_id="back"))["scope"] == "read"


def test_a_client_without_policy_learns_nothing():
    """A client without a policy is refused before its request is read."""
    event = refused(server(), UnauthorizedClient, "", client=Client(client_id="back"))
    assert (event.request, event.exchange, event.trace) == (None, None, ())


def test_what_cannot_be_read_is_recorded_without_request():
    """The event of a malformed request contains the reason and nothing of the request."""
    event = refused(server(), InvalidRequest, "a b")
    assert (event.error.reason, event.request) == (Reason.PARAMETER_MALFORMED, None)


def test_what_cannot_be_verified_is_recorded_with_its_request():
    """The event of an invalid token contains the request and no facts."""
    event = refused(server(), InvalidRequest, "never-issued")
    assert (event.error.reason, event.error.parameter) == (Reason.TOKEN_UNKNOWN, "subject_token")
    assert event.request is not None
    assert (event.exchange, event.trace) == (None, ())


def test_a_refused_exchange_is_recorded_with_its_facts_and_its_trace():
    """The event of a refused exchange contains all facts of the decision."""
    running = server()
    event = refused(running, InvalidTarget, running.vault.login(token()), audience="invoices")
    assert event.exchange is not None
    assert [trial.passed for trial in event.trace] == [False]


@pytest.mark.parametrize("known", [True, False])
def test_unknown_and_forbidden_targets_take_the_same_way(known):
    """A token that no policy accepts gets the same error for every target."""
    running = server(policy(issued_to=frozenset()))
    audience = "invoices" if known else "nope"
    event = refused(running, InvalidRequest, running.vault.login(token()), audience=audience)
    assert event.error.reason is Reason.NOT_PERMITTED_BY_ANY_POLICY


def test_a_deny_policy_is_asked():
    """A deny policy for all clients applies to this client."""
    running = server(policy(), denial())
    event = refused(running, InvalidRequest, running.vault.login(token()))
    assert event.error.reason is Reason.DENIED_BY_POLICY


@pytest.mark.parametrize("name", ["subject_token", "actor_token"])
def test_the_verifier_is_chosen_by_the_declared_type_alone(name):
    """A valid token that is declared as another type is refused."""
    running = server(delegation())
    tokens = {"subject_token": running.vault.login(token()), "actor_token": running.vault.login(token())}
    event = refused(running, InvalidRequest, tokens.pop("subject_token"), **tokens, **{f"{name}_type": JWT})
    assert (event.error.reason, event.error.parameter) == (Reason.TOKEN_TYPE_UNSUPPORTED, f"{name}_type")


def test_a_type_without_a_verifier_is_unsupported():
    """A type without a verifier is refused, even if a policy lists it."""
    running = server(policy(subject_token_types=frozenset({JWT})))
    event = refused(running, InvalidRequest, running.vault.login(token()), subject_token_type=JWT)
    assert (event.error.reason, event.error.parameter) == (Reason.TOKEN_TYPE_UNSUPPORTED, "subject_token_type")


@pytest.mark.parametrize("other", sorted(SUBJECT_ONLY - NEEDS_PERMISSION))
def test_other_types_are_taken_of_subjects_and_never_of_actors(other):
    """A type for subject tokens only is refused as an actor token, even if a verifier exists."""
    running = server(delegation(subject_token_types=frozenset({ACCESS_TOKEN, other})))
    running.service.verifiers[other] = running.vault
    subject_token = running.vault.login(token(token_type=other, client_id="front"))
    actor_token = running.vault.login(token(BOB, client_id="front"))
    assert send(running, subject_token, actor_token=actor_token, subject_token_type=other)
    running.trail.events.clear()
    event = refused(running, InvalidRequest, subject_token, actor_token=actor_token, actor_token_type=other)
    assert (event.error.reason, event.error.parameter) == (Reason.TOKEN_TYPE_UNSUPPORTED, "actor_token_type")


def test_a_bad_actor_token_is_the_actor_tokens_fault():
    """The error names the parameter that contained the invalid token."""
    running = server(delegation())
    event = refused(running, InvalidRequest, running.vault.login(token()), actor_token="never-issued")
    assert (event.error.reason, event.error.parameter) == (Reason.TOKEN_UNKNOWN, "actor_token")


def test_a_chain_at_fault_in_an_actor_token_is_the_actor_tokens_fault():
    """The error names the parameter, whichever one the verifier named."""
    running = server(delegation())
    expired = running.vault.login(token(BOB, client_id="front", expires=NOW))
    event = refused(running, InvalidRequest, running.vault.login(token()), actor_token=expired)
    assert (event.error.reason, event.error.parameter) == (Reason.TOKEN_EXPIRED, "actor_token")


@pytest.mark.parametrize(
    ("inactive", "reason", "parameter"),
    [("7", Reason.SUBJECT_INACTIVE, "subject_token"), ("8", Reason.ACTOR_INACTIVE, "actor_token")],
)
def test_who_may_not_act_any_more_is_refused(inactive, reason, parameter):
    """Subject and actor are looked up at every exchange."""
    running = server(delegation(), inactive=[inactive])
    tokens = running.vault.login(token()), running.vault.login(token(BOB, client_id="front"))
    event = refused(running, InvalidRequest, tokens[0], actor_token=tokens[1])
    assert (event.error.reason, event.error.parameter) == (reason, parameter)


def test_without_record_there_is_no_token():
    """If the record cannot be written, no token is issued."""
    running = server()
    subject_token = running.vault.login(token())
    running.trail.fails = True
    with pytest.raises(OSError, match="no room"):
        send(running, subject_token)
    assert set(running.vault.tokens) == {subject_token}


def test_a_type_without_an_issuer_is_never_granted():
    """A type that no issuer issues is refused, also if a policy that was saved past the form lists it."""
    running = server(policy(issued_token_types=("urn:example:unknown",)))
    subject_token = running.vault.login(token())
    with pytest.raises(InvalidRequest):
        send(running, subject_token)
    assert set(running.vault.tokens) == {subject_token}
    (event,) = running.trail.events
    assert event.error.reason is Reason.TOKEN_TYPE_UNSUPPORTED


def test_an_issued_token_can_be_exchanged_further():
    """A second exchange adds its actor to the chain and keeps the root."""
    running = server(policy(), policy(key=2, client_id="back", max_chain_depth=2, ways=frozenset({Way.CLIENT_ACTS})))
    first = running.vault.login(token())
    second = send(running, first)["access_token"]
    third = send(running, second, client=Client(client_id="back"))["access_token"]
    issued = running.vault.tokens[third]
    assert issued.chain == (client_party("back"), client_party("front"))
    assert (issued.root, issued.generation) == (running.vault.tokens[first].fingerprint, 2)


def external_token(**changes):
    """Return a token of an external issuer, and the policy that accepts it."""
    return token(None, client_id=None, issuer=replace(EXTERNAL, single_use=True), token_id="id-1", **changes)


TAKES_EXTERNAL = policy(trusted_issuers=frozenset({EXTERNAL.key}), subject_kind=SubjectKind.ANYONE)


def test_a_single_use_token_is_exchanged_once():
    """The second exchange of a single-use token is refused."""
    running = server(TAKES_EXTERNAL)
    subject_token = running.vault.login(external_token())
    send(running, subject_token)
    running.trail.events.clear()
    event = refused(running, InvalidRequest, subject_token)
    assert event.error.reason is Reason.TOKEN_REPLAYED


def test_a_refused_exchange_uses_nothing_up():
    """A refused exchange does not use up a single-use token."""
    running = server(TAKES_EXTERNAL)
    subject_token = running.vault.login(external_token())
    refused(running, InvalidTarget, subject_token, audience="nope")
    assert send(running, subject_token)["access_token"]


def test_a_token_stays_used_if_minting_fails():
    """If issuing fails, a single-use token stays used."""
    running = server(TAKES_EXTERNAL)
    subject_token = running.vault.login(external_token())
    running.trail.fails = True
    with pytest.raises(OSError, match="no room"):
        send(running, subject_token)
    running.trail.fails = False
    assert refused(running, InvalidRequest, subject_token).error.reason is Reason.TOKEN_REPLAYED


def test_an_external_token_is_no_actor_token():
    """A token of an external issuer is refused as an actor token, before it is used up."""
    running = server(delegation(actors=People(users=frozenset({BOB.key}))))
    once = replace(EXTERNAL, single_use=True)
    actor_token = running.vault.login(token(BOB, client_id="front", issuer=once, token_id="id-2"))
    with pytest.raises(InvalidRequest) as refused:
        send(running, running.vault.login(token()), actor_token=actor_token)
    assert (refused.value.reason, refused.value.parameter) == (Reason.TOKEN_TYPE_UNSUPPORTED, "actor_token_type")
    assert running.vault.used == set()


def test_local_tokens_are_not_used_up():
    """A token that is not single-use may be exchanged several times."""
    running = server()
    subject_token = running.vault.login(token())
    first, second = send(running, subject_token), send(running, subject_token)
    assert first["access_token"] != second["access_token"]
    assert running.vault.used == set()


def test_a_newcomer_becomes_a_user_with_the_first_token():
    """An announced user is created when the token is issued, and token and record name the user."""
    newcomer = external_token()
    running = server(TAKES_EXTERNAL, newcomers={newcomer.party: BOB})
    answer = send(running, running.vault.login(newcomer))
    assert running.vault.tokens[answer["access_token"]].account == BOB
    assert running.trail.events[0].exchange.subject.account == BOB
