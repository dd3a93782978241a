"""Generate exchanges and policies of a small site: valid ones with a few fields changed.

So permits and refusals are both common, and what is found is easy to read.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.sts.samples import (
    ALICE,
    BACK_API,
    BOB,
    EXTERNAL,
    INVOICES,
    NOW,
    ROOT,
    asked,
    denial,
    exchange,
    policy,
    token,
)
from token_exchange.sts.conditions import Condition, Operator
from token_exchange.sts.origin import Origin
from token_exchange.sts.parties import Actor, Client, Party, Rights, client_party, user_party
from token_exchange.sts.period import Period
from token_exchange.sts.permission import ActAsMethod, Permission, PermittedActor
from token_exchange.sts.policy import Effect, People, SubjectKind, Way
from token_exchange.sts.targets import Target
from token_exchange.sts.vocabulary import ACCESS_TOKEN, IMPERSONATION_TICKET, JWT, PERSONAL_ACCESS_TOKEN, USER

CLIENT_IDS = ("front", "spa", "agent")
SCOPES = ("read", "write", "admin")
ALL_SCOPES = frozenset(SCOPES)
BRIEF = Target(name="brief", resources=("https://brief.example/",), scopes=ALL_SCOPES, max_lifetime=45)
CLOSED = Target(name="closed", resources=("https://closed.example/",), scopes=ALL_SCOPES, max_lifetime=0)
TARGETS = (BACK_API, INVOICES, BRIEF, CLOSED)
PARTIES = (
    *map(client_party, CLIENT_IDS),
    user_party(ALICE.key),
    user_party(BOB.key),
    Party("https://idp.example", ALICE.key),
    Party("https://idp.example", "client:front"),
)
EVERYONE = People(users=frozenset({"7", "8"}), clients=frozenset(CLIENT_IDS))


def some(members):
    """Generate any subset."""
    return st.frozensets(st.sampled_from(members))


def a_few_of(fields, most=2):
    """Generate values for up to `most` of the fields, as a dictionary."""
    names = st.lists(st.sampled_from(sorted(fields)), unique=True, max_size=most)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: fields[name] for name in chosen}))


moments = st.sampled_from([-3_600.0, -1.0, 0.0, 0.5, 1.0, 59.5, 60.0, 3_600.0, 1e9]).map(lambda after: NOW + after)
chains = st.lists(st.sampled_from(PARTIES), max_size=5).map(tuple)
people = st.builds(People, users=some(("7", "8", "1")), groups=some((5, 6)), clients=some(CLIENT_IDS))

TOKEN_FIELDS = {
    "account": st.sampled_from([ALICE, BOB, ROOT, None]),
    "party": st.sampled_from(PARTIES),
    "client_id": st.sampled_from([*CLIENT_IDS, None]),
    "token_type": st.sampled_from([JWT, PERSONAL_ACCESS_TOKEN, IMPERSONATION_TICKET, USER]),
    "holder": st.sampled_from([ALICE, BOB, ROOT]),
    "justification": st.just({"reason": "Case 7"}),
    "narrowed": st.sampled_from([{"back-api": frozenset()}, {"invoices": frozenset({"https://invoices.example/a"})}]),
    "origin": st.sampled_from(Origin),
    "permitted_actor": st.sampled_from(
        [
            PermittedActor(method=ActAsMethod.TICKET, actor=user_party(BOB.key), permission=1, client_id="front"),
            PermittedActor(
                method=ActAsMethod.ACTOR_TOKEN, actor=client_party("agent"), has_reason=True, is_approved=True
            ),
        ]
    ),
    "only_for": st.none() | some(("back-api", "brief")),
    "scopes": some(SCOPES),
    "audiences": some(("front-api", "back-api")),
    "expires": moments,
    "chain": chains,
    "may_act": st.sampled_from(PARTIES),
    "generation": st.integers(0, 10),
    "is_without_actor": st.just(True),
    "issuer": st.just(EXTERNAL),
    "claims": st.sampled_from([{"team": "sales"}, {"team": "support"}]),
}


def _token(account, client_id, changes):
    account = changes.pop("account", account)
    client_id = changes.pop("client_id", client_id)
    party = user_party(account.key) if account else client_party(client_id or "nobody")
    return token(account, **{"client_id": client_id, "party": party, "scopes": ALL_SCOPES, **changes})


subject_tokens = st.builds(
    lambda client_id, changes: _token(ALICE, client_id, dict(changes)),
    st.sampled_from(["spa", "front"]),
    a_few_of(TOKEN_FIELDS),
)
actor_tokens = a_few_of(TOKEN_FIELDS).map(lambda changes: _token(BOB, "front", dict(changes)))


@st.composite
def _requested_targets(draw):
    """Generate some targets, some of them limited to one resource."""
    chosen = draw(st.lists(st.sampled_from(TARGETS), unique=True, max_size=3))
    return tuple(asked(target, *draw(st.lists(st.sampled_from(target.resources), unique=True))) for target in chosen)


periods = st.builds(Period, st.one_of(st.none(), moments), st.one_of(st.none(), moments))

PERMISSION_FIELDS = {
    "key": st.integers(1, 99),
    "effect": st.just(Effect.DENY),
    "period": periods,
    "methods": some(tuple(ActAsMethod)),
    "actors": people,
    "subjects": people,
    "privileged_subjects": st.just(True),
    "clients": some(CLIENT_IDS),
    "targets": some(tuple(target.name for target in TARGETS)),
    "scopes": some(SCOPES),
    "approval_required": st.just(True),
    "reason_required": st.just(True),
    "reference_required": st.just(True),
    "copied_claims": st.just(frozenset({"reason"})),
}
GENEROUS_PERMISSION = {
    "key": 1,
    "name": "support",
    "methods": frozenset(ActAsMethod),
    "actors": EVERYONE,
    "subjects": EVERYONE,
    "clients": frozenset(CLIENT_IDS),
    "targets": frozenset(target.name for target in TARGETS),
    "scopes": ALL_SCOPES,
}
permissions = a_few_of(PERMISSION_FIELDS).map(lambda changes: Permission(**{**GENEROUS_PERMISSION, **changes}))

EXCHANGE_FIELDS = {
    "actor_token": actor_tokens,
    "client": st.sampled_from(CLIENT_IDS).map(lambda name: Client(client_id=name)),
    "client_scopes": some(SCOPES),
    "owned_targets": some(("back-api", "invoices")),
    "actor_by_permission": st.sampled_from(
        [Actor(party=user_party(BOB.key), account=BOB), Actor(party=client_party("agent"))]
    ),
    "permissions": st.lists(permissions, min_size=1, max_size=3).map(tuple),
    "requested_targets": _requested_targets(),
    "unknown_targets": st.just(("nope",)),
    "requested_scopes": some(SCOPES).filter(bool),
    "requested_token_type": st.sampled_from([ACCESS_TOKEN, JWT]),
}
ordinary_exchanges = st.builds(
    lambda subject_token, changes: exchange(subject_token, **{"client_scopes": ALL_SCOPES, **changes}),
    subject_tokens,
    a_few_of(EXCHANGE_FIELDS, most=3),
)

rights = st.builds(
    Rights,
    is_superuser=st.booleans(),
    is_staff=st.booleans(),
    permissions=some(("shop.view_order", "shop.change_order")),
    groups=some((5, 6)),
)


def holding(account, held):
    """Return the account with these rights, or without rights that were read."""
    privileged = held is not None and (held.is_staff or held.is_superuser)
    return replace(account, rights=held, groups=held.groups if held else frozenset(), is_privileged=privileged)


people_with_rights = st.builds(holding, st.sampled_from([ALICE, BOB]), st.one_of(st.just(Rights()), rights, st.none()))
exchanges_by_permission = st.builds(
    lambda subject, holder, rows, changes: exchange(
        _token(subject, None, {"token_type": IMPERSONATION_TICKET, "holder": holder}),
        **{"client_scopes": ALL_SCOPES, "permissions": rows, **changes},
    ),
    people_with_rights,
    people_with_rights,
    st.lists(permissions, min_size=1, max_size=3).map(tuple),
    a_few_of(EXCHANGE_FIELDS, most=1),
)
exchanges = st.one_of(ordinary_exchanges, ordinary_exchanges, exchanges_by_permission)

PERMIT_FIELDS = {
    "key": st.integers(1, 99),
    "report_only": st.just(True),
    "client_id": st.sampled_from([*CLIENT_IDS, None]),
    "period": periods,
    "subject_token_types": some((ACCESS_TOKEN, JWT, PERSONAL_ACCESS_TOKEN)),
    "issued_to": some(CLIENT_IDS),
    "accepts_local_tokens": st.just(False),
    "trusted_issuers": some((EXTERNAL.key, 2)),
    "conditions": st.just((Condition(claim="team", operator=Operator.EQUALS, values=("sales",)),)),
    "subject_kind": st.sampled_from(SubjectKind),
    "subjects": people,
    "privileged_subjects": st.just(True),
    "ways": some(tuple(Way)),
    "actors": people,
    "targets": some(TARGETS).map(tuple),
    "scopes": some(SCOPES),
    "narrows_scope": st.just(True),
    "limited_to_actor_scopes": st.just(False),
    "max_lifetime": st.sampled_from([1, 60, 7_200]),
    "max_chain_depth": st.integers(0, 6),
    "issued_token_types": st.sampled_from([(), (JWT,), (JWT, ACCESS_TOKEN)]),
}
GENEROUS = {
    "subject_token_types": frozenset({ACCESS_TOKEN, IMPERSONATION_TICKET}),
    "actors": EVERYONE,
    "targets": TARGETS,
    "scopes": ALL_SCOPES,
    "max_chain_depth": 4,
    "trusted_issuers": frozenset({EXTERNAL.key}),
}
permits = st.builds(
    lambda ways, changes: policy(**{**GENEROUS, "ways": ways, **changes}),
    st.sampled_from([frozenset(Way), frozenset(Way) - {Way.CLIENT_ACTS}]),
    a_few_of(PERMIT_FIELDS),
)

DENIAL_FIELDS = {
    "key": st.integers(100, 199),
    "report_only": st.just(True),
    "client_id": st.sampled_from(CLIENT_IDS),
    "period": periods,
    "subject_kind": st.sampled_from(SubjectKind),
    "subjects": people,
    "actors": people,
    "targets": some(TARGETS).map(tuple),
}
denials = st.builds(lambda scopes, changes: denial(scopes=scopes, **changes), some(SCOPES), a_few_of(DENIAL_FIELDS))

rule_books = st.lists(st.one_of(permits, permits.map(lambda rule: rule), denials), min_size=1, max_size=4)
"""Two permits for each deny policy."""


def poorer(facts, policies, lost):
    """Return the same exchange after subject, actor, client, targets and permits have lost these scopes."""

    def less(holder):
        return holder and replace(holder, scopes=holder.scopes - lost)

    facts = replace(
        facts,
        client_scopes=facts.client_scopes - lost,
        subject_token=less(facts.subject_token),
        actor_token=less(facts.actor_token),
        requested_targets=tuple(replace(one, target=less(one.target)) for one in facts.requested_targets),
    )
    return facts, [rule if rule.effect is Effect.DENY else less(rule) for rule in policies]
