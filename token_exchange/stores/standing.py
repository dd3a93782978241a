"""Whether an access token still stands, and what an exchange adds to it: actors, audience, policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from token_exchange.models import ExchangedToken
from token_exchange.provider.compat import token_database
from token_exchange.stores import ancestors, terms
from token_exchange.stores import configuration as configurations
from token_exchange.stores.accounts import active
from token_exchange.sts.delegation import Chain, parse_act, parse_party
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.parties import Party
from token_exchange.sts.policy import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands beside an access token now; one that no exchange issued has no actors, no way and no policy."""

    is_standing: bool
    is_exchanged: bool = False
    subject: Party | None = None
    """Whom it is about, which a client's token does not tell by itself once it has been traded."""
    way: Way | None = None
    """How it came to speak for its subject."""
    chain: Chain = ()
    audience: frozenset[str] = frozenset()
    """Names of the targets that it is meant for."""
    policy: str = ""
    may_act: Party | None = None
    claims: Mapping[str, object] = field(default_factory=dict)
    """What was copied into it, of an outside token or of a ticket."""

    @property
    def actor(self) -> Party | None:
        """Who acts now; only this one is an authority (RFC 8693 §4.1)."""
        return self.chain[0] if self.chain else None

    @property
    def is_impersonated(self) -> bool:
        """Whether somebody obtained it as its subject, leaving no actor, here or earlier in its lineage."""
        return self.way is Way.IMPERSONATION


FALLEN: Final = Standing(is_standing=False)


def of(token: Any) -> Standing:
    """Return the standing of an access token that the toolkit found valid: one statement for an ordinary one."""
    if token.user is not None and not token.user.is_active:
        return FALLEN
    using = token_database()
    exchanged = ExchangedToken.objects.using(using).filter(fingerprint=token.token_checksum).first()
    if exchanged is None:
        return Standing(is_standing=True, audience=_named_by(token, using))
    if exchanged.revoked is not None:
        return FALLEN
    try:
        return _of_exchanged(exchanged, using)
    except InvalidRequest:  # whoever acts cannot be told from what is stored: nobody may
        return FALLEN


def _named_by(token: Any, using: str) -> frozenset[str]:
    """The targets of a token that its client restricted itself (RFC 8707)."""
    return configurations.current(using).targets.names_of(token.resource) if token.resource else frozenset()


def _of_exchanged(exchanged: ExchangedToken, using: str) -> Standing:
    configuration = configurations.current(using)
    chain, subject = parse_act(exchanged.act), Party(None, exchanged.subject)
    # The toolkit has read the user; a client that the token is about is nobody's foreign key.
    looked_at = chain if subject.user_key else (*chain, subject)
    if not (terms.in_force(exchanged, configuration) and active(looked_at, using)):
        return FALLEN
    if not ancestors.stand(exchanged, configuration):
        return FALLEN
    return Standing(
        is_standing=True,
        is_exchanged=True,
        subject=subject,
        way=Way(exchanged.way),
        chain=chain,
        audience=frozenset(exchanged.audience),
        policy=configuration.policies[exchanged.policy_id].name,
        may_act=None if exchanged.may_act is None else parse_party(exchanged.may_act),
        claims=exchanged.claims,
    )
