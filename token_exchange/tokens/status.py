"""Decide by the rules of this moment if an access token is active, and which actors, audience and policy it has.

At every use the policy, targets, external issuer and impersonation permission behind an exchanged token are checked
again, and so are its ancestors, users and clients. A token that they no longer allow is inactive (RFC 7662 §2.2).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from token_exchange.configuration import snapshot as configurations
from token_exchange.models import ExchangedToken
from token_exchange.people import scope_rights
from token_exchange.people.accounts import account_of
from token_exchange.sts import facts as stored_facts
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.continuation import EarlierToken, remaining_scopes
from token_exchange.sts.delegation import Chain, parse_party
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.facts import Facts
from token_exchange.sts.origin import Origin
from token_exchange.sts.parties import Party
from token_exchange.sts.permission import PermittedActor
from token_exchange.sts.policy import Effect, Way
from token_exchange.sts.reasons import Reason
from token_exchange.tokens import ancestors, issued_facts
from token_exchange.tokens.issued_facts import IssuedFacts, require_confidential
from token_exchange.tokens.pairwise import SAME_FOR_ALL, Naming, naming_for
from token_exchange.toolkit.compat import token_database

LIMITED_BY_RIGHTS: Final = frozenset({Origin.PERSONAL_ACCESS_TOKEN, Origin.TICKET, Origin.REFERENCE})
"""Origins whose scopes are limited to the rights of a user, as the setting SCOPE_PERMISSIONS names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenStatus:
    """Hold the status of an access token now; a token of another grant has no actors, no way and no policy."""

    is_active: bool
    is_exchanged: bool = False
    """True if an exchange issued the token."""
    subject: Party | None = None
    """The subject of an exchanged token; None for a token of another grant, whose row names its user or client."""
    way: Way | None = None
    """The relation of the new token to the party that acts, as the policy allowed it (RFC 8693 §1.1)."""
    chain: Chain = ()
    """The actors, the current one first."""
    audience: frozenset[str] = frozenset()
    """The names of the targets that an exchange issued the token for."""
    scopes: frozenset[str] = frozenset()
    """The granted scopes that the rules still allow."""
    policy: str = ""
    """The name of the policy that allowed the exchange."""
    may_act: Party | None = None
    token_id: str = ""
    """The `jti` of an exchanged token."""
    issued: float = 0.0
    """When an exchange issued the token, in seconds since the epoch."""
    naming: Naming = SAME_FOR_ALL
    """How the claims of an exchanged token name users."""
    claims: Mapping[str, object] = field(default_factory=dict)
    """The claims that were copied from an external token or from a ticket, and those that the site added."""
    facts: Facts | None = None
    """The facts that the exchange was decided by."""
    permitted_actor: PermittedActor | None = None
    """The actor that an impersonation permission allowed, with the current facts of its ticket."""
    reason: Reason | None = None
    """The reason why the token is inactive, for records only."""

    @property
    def actor(self) -> Party | None:
        """Return the current actor; earlier actors are for the record and give no right (RFC 8693 §4.1)."""
        return self.chain[0] if self.chain else None

    @property
    def is_without_actor(self) -> bool:
        """Return True if a client obtained the token, or one of its ancestors, as its subject and without an actor."""
        return self.way is Way.WITHOUT_ACTOR


INACTIVE: Final = TokenStatus(is_active=False)


def of(token: Any) -> TokenStatus:
    """Return the status of an access token that the toolkit found valid; one statement if no exchange issued it.

    The scopes of this instance are reduced to those that the rules still allow, so that every later reader of the
    instance sees the same scopes. The database is not changed.
    """
    if token.user is not None and not token.user.is_active:
        return INACTIVE
    using = token_database()
    exchanged = ExchangedToken.objects.using(using).filter(fingerprint=token.token_checksum).first()
    if exchanged is None:
        return TokenStatus(is_active=True, scopes=frozenset(token.scope.split()))
    found = of_exchanged(exchanged, token, token.user, token.application, configurations.current(using))
    if found.is_active and not found.scopes.issuperset(token.scope.split()):
        token.scope = " ".join(sorted(found.scopes))
    return found


def of_exchanged(
    exchanged: ExchangedToken, token: Any, user: Any | None, application: Any, configuration: Configuration
) -> TokenStatus:
    """Return the status of an exchanged token, from its row and the row of its access token, with user and client."""
    try:
        require_confidential(application)
        return _examined(exchanged, token, user, configuration)
    except InvalidRequest as error:
        return replace(INACTIVE, reason=error.reason)


def _examined(exchanged: ExchangedToken, token: Any, user: Any | None, configuration: Configuration) -> TokenStatus:
    if exchanged.revoked is not None:
        raise InvalidRequest(Reason.TOKEN_REVOKED)
    using, now = token_database(), time.time()
    known = issued_facts.of(exchanged, token, account_of(user) if user is not None else None, using)
    if configuration.asks_for_groups(known.issued.client):
        known = issued_facts.with_groups(known, using)
    scopes = remaining_scopes(known.issued, configuration, now)
    if scopes is None:
        raise InvalidRequest(Reason.NO_LONGER_GRANTED)
    left = _held(scopes & ancestors.remaining_scopes(exchanged, known, configuration, now), known, user)
    if known.issued.scopes and not left:
        raise InvalidRequest(Reason.NO_LONGER_GRANTED)
    return _described(exchanged, known.issued, left, configuration)


def _described(
    exchanged: ExchangedToken, issued: EarlierToken, scopes: frozenset[str], configuration: Configuration
) -> TokenStatus:
    return TokenStatus(
        is_active=True,
        is_exchanged=True,
        subject=issued.subject.party,
        way=Way(exchanged.way),
        chain=issued.chain,
        audience=frozenset(exchanged.audience),
        scopes=scopes,
        policy=configuration.policies[exchanged.policy_id].name,
        may_act=None if exchanged.may_act is None else parse_party(exchanged.may_act),
        token_id=exchanged.token_id,
        issued=issued.issued,
        naming=naming_for(configuration.targets.by_key[key] for key in issued.facts.targets),
        claims=exchanged.claims,
        facts=issued.facts,
        permitted_actor=issued.permitted_actor,
    )


def _held(scopes: frozenset[str], known: IssuedFacts, user: Any) -> frozenset[str]:
    """Return the scopes for which the subject still has the rights; an actor by permission must have them as well."""
    if user is None or known.issued.facts.origin not in LIMITED_BY_RIGHTS:
        return scopes
    held = scope_rights.held_by(user, scopes)
    actor = known.issued.actor_by_permission.account if known.issued.actor_by_permission else None
    return held if actor is None else scope_rights.held_with(actor, held)


def policy_still_applies(exchanged: ExchangedToken, configuration: Configuration) -> bool:
    """Return True if policy, targets, external issuer and impersonation permission of a token are enabled.

    This takes no statement, for a page that lists many tokens. The rules themselves are checked when a token is used.
    """
    policy = configuration.policies.get(exchanged.policy_id)
    if policy is None or policy.effect is not Effect.PERMIT or policy.report_only:
        return False
    if not policy.period.contains(time.time()):
        return False
    if exchanged.trusted_issuer_id is not None and exchanged.trusted_issuer_id not in configuration.issuers:
        return False
    if exchanged.permission_id is not None and not configuration.permits(exchanged.permission_id):
        return False
    try:
        return stored_facts.read(exchanged.facts).targets <= configuration.targets.by_key.keys()
    except ValueError:
        return False
