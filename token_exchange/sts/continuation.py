"""Decide again about a token that was issued earlier, and find the scopes that the current rules still grant."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from math import inf

from token_exchange.sts.configuration import Configuration
from token_exchange.sts.decision import Refusal, decide
from token_exchange.sts.delegation import Chain
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.facts import Facts, terms_of
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.parties import Actor, Client, Subject
from token_exchange.sts.permission import PermittedActor
from token_exchange.sts.policy import Policy
from token_exchange.sts.targets import RequestedTarget
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, NEEDS_PERMISSION


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierToken:
    """Describe a token as it was issued, with the current status and rights of its subject and actor."""

    facts: Facts
    client: Client
    policy: int
    """Key of the policy that allowed the token."""
    issuer: int | None
    """Key of the external issuer whose token began the lineage; None for a local token."""
    generation: int
    chain: Chain
    scopes: frozenset[str]
    audience: frozenset[str]
    """Names of the targets; a target that was renamed since no longer matches the audience of the token."""
    resources: Collection[str]
    issued: float
    """Seconds since the epoch."""
    subject: Subject
    actor: Actor | None
    """The current actor, if an actor token proved it."""
    permitted_actor: PermittedActor | None
    """The stored permitted actor, with the current facts of its ticket."""
    actor_by_permission: Actor | None
    """The permitted actor with current rights."""

    @property
    def is_first(self) -> bool:
        """Return True if the subject token of the exchange was not itself issued by an exchange."""
        return self.generation <= 1


def remaining_scopes(token: EarlierToken, configuration: Configuration, now: float) -> frozenset[str] | None:
    """Return the scopes that the current rules would grant to the token, None if they would refuse the exchange."""
    policies = configuration.policies_of(token.client, token.policy)
    policy = next((row for row in policies if row.key == token.policy), None)
    if policy is None or policy.report_only:
        return None
    issuer = configuration.issuers.get(token.issuer) if token.issuer is not None else None
    if not _is_trusted(token, issuer) or token.facts.terms != terms_of(policy, issuer if token.is_first else None):
        return None
    targets = _targets(token, configuration)
    if not targets or not _is_young(token, policy, targets, now):
        return None
    # The claims are not stored, so their conditions cannot be asked again; the comparison of `terms` above has shown
    # that the conditions are unchanged.
    asked = [replace(row, conditions=()) if row is policy else row for row in policies]
    decision = decide(_exchange(token, configuration, issuer, targets, now), asked)
    if isinstance(decision, Refusal):
        return None
    proposal = decision.proposal
    if (proposal.way, proposal.chain) != (token.facts.way, token.chain):
        return None
    return decision.scopes if decision.scopes or not token.scopes else None


def _is_trusted(token: EarlierToken, issuer: TrustedIssuer | None) -> bool:
    if token.issuer is None:
        return True
    account = token.subject.account
    return issuer is not None and (account is None or not account.is_privileged or issuer.privileged_subjects)


def _targets(token: EarlierToken, configuration: Configuration) -> tuple[RequestedTarget, ...]:
    """Return the targets with the resource URIs of the token; () if a target, its name or a resource URI changed."""
    found = [configuration.targets.by_key.get(key) for key in sorted(token.facts.targets)]
    opened = tuple(
        RequestedTarget(target=target, resources=tuple(uri for uri in token.resources if uri in target.resources))
        for target in found
        if target is not None
    )
    known = {uri for requested in opened for uri in requested.resources}
    is_whole = len(opened) == len(found) and known.issuperset(token.resources)
    return opened if is_whole and token.audience == {requested.target.name for requested in opened} else ()


def _is_young(token: EarlierToken, policy: Policy, targets: tuple[RequestedTarget, ...], now: float) -> bool:
    caps = (requested.target.max_lifetime for requested in targets)
    return now < token.issued + min([policy.max_lifetime, *(cap for cap in caps if cap is not None)])


def _exchange(
    token: EarlierToken,
    configuration: Configuration,
    issuer: TrustedIssuer | None,
    targets: tuple[RequestedTarget, ...],
    now: float,
) -> Exchange:
    """Return the exchange that issued the token, with the facts of this moment."""
    is_by_permission = token.facts.token_type in NEEDS_PERMISSION
    return Exchange(
        now=now,
        client=token.client,
        client_scopes=token.scopes,
        owned_targets=configuration.targets_owned_by(token.client),
        subject_token=_subject_token(token, configuration, issuer),
        subject=token.subject,
        actor_token=_actor_token(token, token.actor) if token.actor and not is_by_permission else None,
        actor=token.actor_by_permission if is_by_permission else token.actor,
        actor_by_permission=token.actor_by_permission,
        permissions=configuration.permissions,
        requested_targets=targets,
        requested_token_type=token.facts.issued_token_type,
    )


def _subject_token(token: EarlierToken, configuration: Configuration, issuer: TrustedIssuer | None) -> VerifiedToken:
    facts = token.facts
    meant_for = (configuration.targets.by_key.get(key) for key in facts.meant_for)
    return VerifiedToken(
        token_type=facts.token_type,
        fingerprint="",
        party=token.subject.party,
        account=token.subject.account,
        client_id=facts.issued_to,
        scopes=token.scopes,
        audiences=frozenset(target.name for target in meant_for if target is not None),
        expires=inf,
        chain=token.chain if facts.token_type not in NEEDS_PERMISSION else (),
        generation=token.generation - 1,
        origin=facts.origin,
        permitted_actor=token.permitted_actor,
        issuer=issuer if token.is_first else None,
    )


def _actor_token(token: EarlierToken, actor: Actor) -> VerifiedToken:
    """Return an actor token like the one that proved the actor: issued to the client, without a chain of its own."""
    return VerifiedToken(
        token_type=ACCESS_TOKEN,
        fingerprint="",
        party=actor.party,
        account=actor.account,
        client_id=token.client.client_id,
        scopes=token.scopes,
        audiences=frozenset(),
        expires=inf,
    )
