"""An exchange that its policy permits, and every value around it, to be changed one field at a time.

`front` trades a token that Alice received through `spa` for one that opens `back-api`, itself acting.
"""

from __future__ import annotations

from token_exchange.sts.exchange import Exchange
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.parties import Account, Actor, Client, Subject, client_party, user_party
from token_exchange.sts.period import Period
from token_exchange.sts.policy import Effect, People, Policy, SubjectKind, Way
from token_exchange.sts.proposal import propose
from token_exchange.sts.targets import RequestedTarget, Target
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT

NOW = 1_000_000.0
ALICE = Account(key="7", username="alice", is_active=True, is_privileged=False)
BOB = Account(key="8", username="bob", is_active=True, is_privileged=False, groups=frozenset({5}))
ROOT = Account(key="1", username="root", is_active=True, is_privileged=True)
EXTERNAL = TrustedIssuer(
    key=1,
    issuer="https://idp.example",
    token_types=frozenset({JWT}),
    audiences=frozenset({"https://as.example"}),
    algorithms=frozenset({"ES256"}),
)
FRONT = Client(client_id="front")
BACK_API = Target(
    name="back-api", resources=("https://back.example/",), scopes=frozenset({"read", "write"}), owner="back"
)
INVOICES = Target(
    name="invoices", resources=("https://invoices.example/a", "https://invoices.example/b"), scopes=frozenset({"read"})
)


def token(account=ALICE, **changes):
    """Return a verified access token of a user, or of its client if `account` is None."""
    client_id = changes.pop("client_id", "spa")
    fields = {
        "token_type": ACCESS_TOKEN,
        "fingerprint": "f" * 64,
        "party": user_party(account.key) if account else client_party(client_id),
        "account": account,
        "client_id": client_id,
        "scopes": frozenset({"read", "write"}),
        "audiences": frozenset(),
        "expires": NOW + 3_600,
    }
    return VerifiedToken(**{**fields, **changes})


def exchange(subject_token=None, actor_token=None, **changes):
    """Return the facts of an exchange; the tokens name subject and actor."""
    subject_token = subject_token or token()
    fields = {
        "now": NOW,
        "client": FRONT,
        "client_scopes": frozenset({"read", "write", "admin"}),
        "owned_targets": frozenset({"front-api"}),
        "subject_token": subject_token,
        "subject": Subject(party=subject_token.party, account=subject_token.account),
        "requested_targets": (asked(BACK_API),),
    }
    if subject_token.holder is not None:
        holder = subject_token.holder
        fields["actor"] = Actor(party=user_party(holder.key), account=holder)
    if actor_token is not None:
        actor = Actor(party=actor_token.party, account=actor_token.account)
        fields |= {"actor_token": actor_token, "actor": actor}
    return Exchange(**{**fields, **changes})


def asked(target, *resources):
    """Return a requested target, whole or with some of its resource URIs."""
    return RequestedTarget(target=target, resources=resources or target.resources)


def policy(**changes):
    """Return the policy that permits the sample exchange; `begins` and `ends` set its period."""
    fields = {
        "key": 1,
        "name": "front for users",
        "client_id": "front",
        "issued_to": frozenset({"spa"}),
        "subject_kind": SubjectKind.ANY_USER,
        "ways": frozenset({Way.CLIENT_ACTS}),
        "targets": (BACK_API,),
        "scopes": frozenset({"read", "write"}),
    }
    if "begins" in changes or "ends" in changes:
        fields["period"] = Period(changes.pop("begins", None), changes.pop("ends", None))
    return Policy(**{**fields, **changes})


def delegation(**changes):
    """Return a policy for delegation with Bob or the client `front` as actor."""
    actors = People(users=frozenset({BOB.key}), clients=frozenset({"front"}))
    return policy(**{"ways": frozenset({Way.DELEGATION}), "actors": actors, **changes})


def denial(**changes):
    """Return a deny policy, which denies everything if nothing is changed."""
    fields = {
        "key": 9,
        "name": "nothing",
        "effect": Effect.DENY,
        "client_id": None,
        "subject_kind": SubjectKind.ANYONE,
        "issued_to": frozenset(),
        "ways": frozenset(),
        "targets": (),
        "scopes": frozenset(),
    }
    return policy(**{**fields, **changes})


def answer(rule, facts, rules):
    """Return True if a rule passes for the exchange and the policy."""
    return rule(facts, rules, propose(facts, rules))[0]
