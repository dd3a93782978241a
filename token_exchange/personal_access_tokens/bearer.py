"""Accept a personal access token as the bearer token of a request, where a site allows that without an exchange.

The token opens no more than an exchange for the requested target could: the rights that its owner has now, and those
of its scopes that the targets of the requested URI understand (RFC 8707).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from token_exchange.conf import token_exchange_settings
from token_exchange.configuration import snapshot as configurations
from token_exchange.models import PersonalAccessToken
from token_exchange.people import scope_rights
from token_exchange.people.accounts import account_of, groups_of, party_of
from token_exchange.personal_access_tokens import last_use, lookup
from token_exchange.sts.decision import permitted_scopes
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.parties import Client, Subject
from token_exchange.sts.targets import RequestedTarget, Target
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import PERSONAL_ACCESS_TOKEN
from token_exchange.tokens.status import TokenStatus
from token_exchange.toolkit.compat import token_database, toolkit_setting, validate_resource_as_url_prefix
from token_exchange.toolkit.timestamps import to_seconds

NO_CLIENT: Final = Client(client_id="")
"""The client of a personal access token that is sent without an exchange: it is not registered here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalBearer:
    """This is the value of `request.auth`: it has the attributes of an access token that permission classes read."""

    row: PersonalAccessToken
    scopes: frozenset[str]
    exchange: TokenStatus

    @property
    def user(self) -> Any:
        """Return the owner."""
        return self.row.owner

    @property
    def scope(self) -> str:
        """Return the scopes as the token endpoint writes them: sorted, separated by spaces."""
        return " ".join(sorted(self.scopes))

    def is_expired(self) -> bool:
        """Return True if the token has expired since it was read."""
        return self.row.expires <= timezone.now()

    def allow_scopes(self, scopes: Iterable[str] | None) -> bool:
        """Return True if the token has all of these scopes."""
        return self.scopes.issuperset(scopes or ())

    def is_valid(self, scopes: Iterable[str] | None = None) -> bool:
        """Return True if the token is neither revoked nor expired, and has all of these scopes."""
        return self.row.is_live and self.allow_scopes(scopes)


@sensitive_variables()
def accept(value: str, *, uri: str, address: str | None, is_secure: bool) -> PersonalBearer | None:
    """Return the token with the scopes that it has at this URI, and record the use; None if it gives no access there.

    `address` is the IP address of the caller, None if unknown; `is_secure` is True if the request came by HTTPS.
    """
    if token_exchange_settings.require_https and not is_secure:
        return None
    row = lookup.find(value)
    if row is None or not row.is_live or not _may_use(row.owner):
        return None
    targets = _targets_at(uri, row)
    scopes = _permitted_scopes(row, targets)
    if not targets or not scopes:
        return None
    last_use.record_bearer_use(row.fingerprint, address)
    return PersonalBearer(
        row=row,
        scopes=scopes,
        exchange=TokenStatus(
            is_active=True, subject=party_of(row.owner), audience=frozenset(target.name for target in targets)
        ),
    )


def _permitted_scopes(row: PersonalAccessToken, targets: list[Target]) -> frozenset[str]:
    """Return the token's scopes that the targets understand, the owner's rights allow and no deny policy forbids."""
    using = token_database()
    configuration = configurations.current(using)
    understood = {scope for target in targets for scope in target.scopes}
    account = account_of(row.owner)
    if configuration.asks_for_groups(NO_CLIENT):
        account = replace(account, groups=groups_of({account.key}, using)[account.key])
    token = VerifiedToken(
        token_type=PERSONAL_ACCESS_TOKEN,
        fingerprint=row.fingerprint,
        party=party_of(row.owner),
        account=account,
        client_id=None,
        scopes=scope_rights.held_by(row.owner, understood.intersection(row.scopes)),
        audiences=frozenset(),
        expires=to_seconds(row.expires),
    )
    exchange = Exchange(
        now=time.time(),
        client=NO_CLIENT,
        client_scopes=token.scopes,
        owned_targets=frozenset(),
        subject_token=token,
        subject=Subject(party=token.party, account=account),
        requested_targets=tuple(RequestedTarget(target=target, resources=target.resources) for target in targets),
    )
    return permitted_scopes(exchange, configuration.denials_for(NO_CLIENT))


def _may_use(owner: Any) -> bool:
    # Only a policy can allow tokens of staff and superusers, and no policy is asked here.
    account = account_of(owner)
    return account.is_active and not account.is_privileged


def _targets_at(uri: str, row: PersonalAccessToken) -> list[Target]:
    """Return the token's enabled targets that the URI belongs to."""
    enabled = configurations.current(token_database()).targets.by_name
    belongs = toolkit_setting("RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR") or validate_resource_as_url_prefix
    own = [enabled[name] for name in row.targets.values_list("name", flat=True) if name in enabled]
    # The toolkit's validator accepts every URI for an empty list of resources.
    return [target for target in own if target.resources and belongs(uri, list(target.resources))]
