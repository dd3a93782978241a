"""Whether an access token is active by the rules of now, and what an exchange adds to it: actors, audience, policy."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from token_exchange.configuration import snapshot as configurations
from token_exchange.models import ExchangedToken
from token_exchange.people import scope_rights
from token_exchange.people.accounts import account_of
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.continuation import Issued, remaining
from token_exchange.sts.delegation import Chain, parse_party
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.facts import Facts
from token_exchange.sts.origin import Origin
from token_exchange.sts.parties import Party
from token_exchange.sts.permission import PermittedActor
from token_exchange.sts.policy import Way
from token_exchange.sts.reasons import Reason
from token_exchange.tokens import ancestors, issued_facts
from token_exchange.tokens.issued_facts import Kept
from token_exchange.toolkit.compat import token_database


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenStatus:
    """What is known of an access token now; one that no exchange issued has no actors, no way and no policy."""

    is_active: bool
    """True if the token is active."""
    is_exchanged: bool = False
    subject: Party | None = None
    """Whom it is about, which a client's token does not tell by itself once it has been traded."""
    way: Way | None = None
    """How it came to speak for its subject."""
    chain: Chain = ()
    audience: frozenset[str] = frozenset()
    """Names of the targets that an exchange issued it for."""
    scopes: frozenset[str] = frozenset()
    """What today's rules leave of the scopes that an exchange granted."""
    policy: str = ""
    may_act: Party | None = None
    claims: Mapping[str, object] = field(default_factory=dict)
    """What was copied into it, of an external token or of a ticket."""
    facts: Facts | None = None
    """What the exchange was decided by."""
    permitted_actor: PermittedActor | None = None
    """What it owes to an impersonation permission, with what its ticket says now."""
    reason: Reason | None = None
    """Why it is inactive, for records only."""

    @property
    def actor(self) -> Party | None:
        """Who acts now; only this one is an authority (RFC 8693 §4.1)."""
        return self.chain[0] if self.chain else None

    @property
    def is_impersonated(self) -> bool:
        """True if a client obtained it as its subject, leaving no actor, here or earlier in its lineage."""
        return self.way is Way.WITHOUT_ACTOR


INACTIVE: Final = TokenStatus(is_active=False)


def of(token: Any) -> TokenStatus:
    """Return what is known of an access token that the toolkit found valid: one statement for an ordinary one.

    Its scopes are cut to what today's rules leave, on this instance only, so that every reader sees the same.
    """
    if token.user is not None and not token.user.is_active:
        return INACTIVE
    using = token_database()
    exchanged = ExchangedToken.objects.using(using).filter(fingerprint=token.token_checksum).first()
    if exchanged is None:
        return TokenStatus(is_active=True, scopes=frozenset(token.scope.split()))
    found = of_exchanged(exchanged, token, token.user, configurations.current(using))
    if found.is_active and not found.scopes.issuperset(token.scope.split()):
        token.scope = " ".join(sorted(found.scopes))
    return found


def of_exchanged(exchanged: ExchangedToken, token: Any, user: Any | None, configuration: Configuration) -> TokenStatus:
    """Return what is known of a token that an exchange issued: its row, the access token's, and the latter's user."""
    try:
        return _examined(exchanged, token, user, configuration)
    except InvalidRequest as error:
        return replace(INACTIVE, reason=error.reason)


def _examined(exchanged: ExchangedToken, token: Any, user: Any | None, configuration: Configuration) -> TokenStatus:
    if exchanged.revoked is not None:
        raise InvalidRequest(Reason.TOKEN_REVOKED)
    using, now = token_database(), time.time()
    kept = issued_facts.of(exchanged, token, account_of(user) if user is not None else None, using)
    if configuration.asks_for_groups(kept.issued.client):
        kept = issued_facts.with_groups(kept, using)
    scopes = remaining(kept.issued, configuration, now)
    if scopes is None:
        raise InvalidRequest(Reason.NO_LONGER_GRANTED)
    left = _held(scopes & ancestors.remaining_scopes(exchanged, kept, configuration, now), kept, user)
    if kept.issued.scopes and not left:
        raise InvalidRequest(Reason.NO_LONGER_GRANTED)
    return _described(exchanged, kept.issued, left, configuration)


def _described(
    exchanged: ExchangedToken, issued: Issued, scopes: frozenset[str], configuration: Configuration
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
        claims=exchanged.claims,
        facts=issued.facts,
        permitted_actor=issued.permitted_actor,
    )


def _held(scopes: frozenset[str], kept: Kept, user: Any) -> frozenset[str]:
    """Return those of the scopes that the subject, and who acts by permission, may still hand out."""
    if user is None or kept.issued.facts.origin not in HANDED_OUT_BY_PEOPLE:
        return scopes
    held = scope_rights.held_by(user, scopes)
    actor = kept.issued.actor_by_permission.account if kept.issued.actor_by_permission else None
    return held if actor is None else scope_rights.held_with(actor, held)


HANDED_OUT_BY_PEOPLE: Final = frozenset({Origin.PERSONAL_ACCESS_TOKEN, Origin.TICKET, Origin.REFERENCE})
"""Origins whose scopes depend on what a person may hand out."""
