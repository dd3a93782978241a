"""Compute the token that a policy would issue for an exchange if every rule passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import floor

from token_exchange.sts.delegation import Chain
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.parties import Party
from token_exchange.sts.permission import ActAsMethod, ActAsRequest, Justification, Permission, PermittedActor
from token_exchange.sts.permission_verdict import Verdict, examine
from token_exchange.sts.policy import Effect, Policy, Way
from token_exchange.sts.targets import RequestedTarget, TokenFormat
from token_exchange.sts.vocabulary import FROM_ANY_CLIENT, IMPERSONATION_TICKET, JWT, NEEDS_PERMISSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Describe the proposed token; scope, audience and lifetime never exceed request, subject, policy and target."""

    way: Way
    actor: Party | None
    chain: Chain
    targets: tuple[RequestedTarget, ...]
    token_type: str | None
    available_scopes: frozenset[str]
    """The scopes that could be granted if the client asked for all of them."""
    scopes: frozenset[str]
    lifetime: int
    """Seconds."""
    verdict: Verdict | None = None
    """The verdict of the impersonation permissions; None if the actor needs none."""
    permitted_actor: PermittedActor | None = None
    """The actor and the permission that the new token keeps; None if the actor needs no permission."""

    @property
    def token_format(self) -> TokenFormat:
        """Return the format of the access token: a JWT if the client requests one, or if a target needs one."""
        formats = {requested.target.token_format for requested in self.targets}
        return TokenFormat.JWT if self.token_type == JWT or TokenFormat.JWT in formats else TokenFormat.OPAQUE


def propose(exchange: Exchange, policy: Policy) -> Proposal:
    """Return the largest token that exceeds neither the request, the presented tokens, the policy nor a target."""
    way, actor = _acting(exchange, policy)
    asked = exchange.requested_targets or _only_target(exchange, policy)
    targets = tuple(requested.within(exchange.subject_token.narrowed) for requested in asked)
    available = _available_scopes(exchange, policy, targets)
    requested = exchange.requested_scopes
    scopes = available if requested is None else available & requested
    permitted_actor = _permitted_actor(exchange)
    verdict = _verdict(exchange, permitted_actor, targets, scopes)
    return Proposal(
        way=way,
        actor=actor,
        chain=_extended(exchange.subject_token.chain, actor),
        targets=targets,
        token_type=exchange.requested_token_type or policy.default_token_type,
        available_scopes=available,
        scopes=scopes,
        lifetime=_lifetime(exchange, policy, targets, verdict),
        verdict=verdict,
        permitted_actor=_kept(exchange, permitted_actor, verdict),
    )


def _acting(exchange: Exchange, policy: Policy) -> tuple[Way, Party | None]:
    if exchange.subject_token.token_type in NEEDS_PERMISSION:
        return Way.BY_PERMISSION, exchange.actor.party if exchange.actor else None
    if exchange.actor is not None:
        return Way.DELEGATION, exchange.actor.party
    # A client that exchanges a token about itself is not its own actor.
    if Way.CLIENT_ACTS in policy.ways and exchange.client.party != exchange.subject.party:
        return Way.CLIENT_ACTS, exchange.client.party
    token = exchange.subject_token
    # An external token names this server as its audience, and its owner gave it to the caller, so no new actor appears.
    # The same holds for a token that its owner made for a script.
    given = token.issuer is not None or token.token_type in FROM_ANY_CLIENT
    if given or token.client_id == exchange.client.client_id:
        return Way.SAME_SUBJECT, None
    return Way.WITHOUT_ACTOR, None


def _permitted_actor(exchange: Exchange) -> PermittedActor | None:
    token = exchange.subject_token
    if token.permitted_actor is not None or token.token_type not in NEEDS_PERMISSION or exchange.actor is None:
        return token.permitted_actor
    return PermittedActor(
        method=ActAsMethod.TICKET if token.token_type == IMPERSONATION_TICKET else ActAsMethod.ACTOR_TOKEN,
        actor=exchange.actor.party,
        has_reason=bool(token.justification.get("reason")),
        has_reference=bool(token.justification.get("reference")),
    )


def _verdict(
    exchange: Exchange,
    permitted_actor: PermittedActor | None,
    targets: Iterable[RequestedTarget],
    scopes: frozenset[str],
) -> Verdict | None:
    actor = exchange.actor_by_permission or exchange.actor
    if permitted_actor is None or actor is None:
        return None
    request = ActAsRequest(
        now=exchange.now,
        method=permitted_actor.method,
        actor=actor,
        subject=exchange.subject,
        client_id=permitted_actor.client_id or exchange.client.client_id,
        relayed_by=exchange.client.client_id,
        targets=frozenset(requested.target.name for requested in targets),
        scopes=scopes,
        justification=Justification(
            has_reason=permitted_actor.has_reason,
            has_reference=permitted_actor.has_reference,
            is_approved=permitted_actor.is_approved,
        ),
    )
    return examine(request, [row for row in exchange.permissions if _concerns(row, permitted_actor)])


def _concerns(row: Permission, permitted_actor: PermittedActor) -> bool:
    """Return True for a denial, for the permission that allowed the lineage, and for any if the lineage is new."""
    return row.effect is Effect.DENY or permitted_actor.permission in (None, row.key)


def _kept(exchange: Exchange, permitted_actor: PermittedActor | None, verdict: Verdict | None) -> PermittedActor | None:
    if permitted_actor is None or verdict is None or verdict.permission is None:
        return permitted_actor
    return replace(
        permitted_actor,
        permission=verdict.permission.key,
        client_id=permitted_actor.client_id or exchange.client.client_id,
    )


def _extended(chain: Chain, actor: Party | None) -> Chain:
    # The current actor is not added twice; an actor who appears further down is added, and the rule `chain` refuses.
    return chain if actor is None or chain[:1] == (actor,) else (actor, *chain)


def _only_target(exchange: Exchange, policy: Policy) -> tuple[RequestedTarget, ...]:
    only_for = exchange.subject_token.only_for
    targets = [target for target in policy.targets if only_for is None or target.name in only_for]
    if len(targets) != 1:
        return ()
    (target,) = targets
    return (RequestedTarget(target=target, resources=target.resources, is_whole=True),)


def _available_scopes(exchange: Exchange, policy: Policy, targets: Iterable[RequestedTarget]) -> frozenset[str]:
    available = exchange.subject_token.scopes & policy.scopes & exchange.client_scopes
    for requested in targets:
        available &= requested.target.scopes
    if exchange.actor_token is not None and policy.limited_to_actor_scopes:
        available &= exchange.actor_token.scopes
    return available


def _lifetime(exchange: Exchange, policy: Policy, targets: Iterable[RequestedTarget], verdict: Verdict | None) -> int:
    ends = [exchange.subject_token.expires]
    if exchange.actor_token is not None:
        ends.append(exchange.actor_token.expires)
    if policy.period.ends is not None:
        ends.append(policy.period.ends)
    if verdict is not None and verdict.permission is not None and verdict.permission.period.ends is not None:
        ends.append(verdict.permission.period.ends)
    caps = (requested.target.max_lifetime for requested in targets)
    longest = [policy.max_lifetime, *(cap for cap in caps if cap is not None)]
    return floor(min(min(ends) - exchange.now, *longest))
