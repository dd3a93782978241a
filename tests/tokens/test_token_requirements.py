"""Views of Django REST framework and plain views require the same of a token, and give the same answers."""

from __future__ import annotations

import pytest
from django.utils.functional import Promise

from tests.worlds.help_desk import HelpDesk
from tests.worlds.resource_server import FACES, KindsOfToken, ask, statuses
from token_exchange.sts.parties import client_party, user_party
from token_exchange.tokens.token_requirements import ActedBy, Delegated, MeantFor, NotActedFor, NotDeeperThan, parties

pytestmark = pytest.mark.urls("tests.worlds.resource_server")

# A login that asked for a resource has been asked about by no policy: it is meant for no target (`restricted`).
FOR_BACK_API = {"by_front", "by_bob", "impersonated", "laundered"}
WITH_ACTOR = {"by_front", "by_bob", "nested"}
WITHOUT_ACTOR = {"ordinary", "restricted", "of_a_client", "impersonated", "laundered"}

ADMITTED = {
    "audience": FOR_BACK_API,
    "either": FOR_BACK_API | {"nested"},
    "nowhere": set(),
    "delegated": WITH_ACTOR,
    "own": {"ordinary", "restricted", "of_a_client"},
    "by-front": {"by_front"},
    "by-bob": {"by_bob"},
    "by-nobody": set(),
    "flat": WITHOUT_ACTOR,
    "shallow": WITHOUT_ACTOR | {"by_front", "by_bob"},
    "deep": WITHOUT_ACTOR | WITH_ACTOR,
    "any": WITHOUT_ACTOR | WITH_ACTOR,
}


@pytest.fixture
def tokens(world):
    return KindsOfToken.minted(world, HelpDesk(world))


@pytest.mark.compliance("RFC 8693", "4.1")
@pytest.mark.parametrize("face", FACES)
def test_each_rule_admits_exactly_its_kinds_of_token(tokens, face):
    """Every kind of view accepts the same tokens and answers 403 to all others; earlier actors never count."""
    found = {rule: statuses(f"{face}/{rule}", tokens) for rule in ADMITTED}
    assert found == {
        rule: {kind: 200 if kind in admitted else 403 for kind in tokens._fields} for rule, admitted in ADMITTED.items()
    }


@pytest.mark.parametrize("face", FACES)
def test_no_rule_admits_a_request_without_a_token(tokens, face):
    """Without a token, or with an unknown one, every view answers 401 with a challenge."""
    for token in (None, "of-nobody"):
        answers = {rule: ask(f"{face}/{rule}", token) for rule in ADMITTED}
        assert {answer.status_code for answer in answers.values()} == {401}
        assert all(answer["WWW-Authenticate"].startswith('Bearer realm="api"') for answer in answers.values())


@pytest.mark.parametrize("face", FACES)
def test_what_a_view_learns(tokens, world, face):
    """The view sees the subject as the user, the current actor first in the chain, the audience and the policy."""
    answer = ask(f"{face}/any", tokens.nested, host="invoices-api.example").json()
    assert answer.pop("policy").startswith("policy ")
    assert answer == {
        "user": "alice",
        "actor": "client:back",
        "chain": ["client:back", "client:front"],
        "audience": ["invoices-api"],
    }
    of_bob = ask(f"{face}/any", tokens.by_bob).json()
    assert (of_bob["user"], of_bob["actor"]) == ("alice", str(world.bob.pk))
    nobody = ask(f"{face}/any", tokens.of_a_client).json()
    assert (nobody["user"], nobody["actor"], nobody["policy"]) == (None, None, "")


@pytest.mark.parametrize("face", FACES)
def test_the_answer_names_the_reason(tokens, face):
    """A refused caller reads which requirement its token misses."""
    answer = ask(f"{face}/audience", tokens.ordinary)
    assert answer.json() == {"detail": "The access token is not meant for this service."}


@pytest.mark.parametrize("requirement", [MeantFor, Delegated, NotActedFor, ActedBy, NotDeeperThan])
def test_every_reason_can_be_translated(requirement):
    """The messages are translated when a request is answered, not when the process starts."""
    assert isinstance(requirement.message, Promise)


def test_parties_are_distinguished_by_type(world):
    """A string is a client id; a user or any other key is a user. So a client id never passes for a user's key."""
    assert parties("7") == {client_party("7")}
    assert parties(7) == {user_party("7")}
    assert parties([world.alice, "front", user_party("x")]) == {
        user_party(str(world.alice.pk)),
        client_party("front"),
        user_party("x"),
    }


def test_an_unsaved_user_cannot_be_named_as_actor(django_user_model):
    """An unsaved user has no key, so a rule that names one raises an error at once."""
    with pytest.raises(ValueError, match="saved user"):
        parties(django_user_model())
