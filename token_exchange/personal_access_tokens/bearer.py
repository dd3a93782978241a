"""A personal access token as the bearer token of a request, where the site takes it without an exchange (N17).

It is worth what an exchange for the target at hand could give at most: the rights that its owner has now, and of its
scopes those that the targets understand which the request is for (RFC 8707).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from token_exchange.conf import token_exchange_settings
from token_exchange.configuration import snapshot as configurations
from token_exchange.models import PersonalAccessToken
from token_exchange.people import scope_rights
from token_exchange.people.accounts import account_of, groups_of, party_of
from token_exchange.personal_access_tokens import letters as notices
from token_exchange.personal_access_tokens import lifecycle
from token_exchange.sts.decision import permitted_scopes
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.parties import Client, Subject
from token_exchange.sts.targets import RequestedTarget, Target
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import PERSONAL_ACCESS_TOKEN
from token_exchange.tokens.status import TokenStatus
from token_exchange.toolkit.caller_address import address_of
from token_exchange.toolkit.compat import token_database, toolkit_setting, validate_resource_as_url_prefix
from token_exchange.toolkit.timestamps import to_seconds

NO_CLIENT: Final = Client(client_id="")
"""A personal access token that is sent as it is comes from no client that this server knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalBearer:
    """What `request.auth` is: it answers what the toolkit's permissions and ours ask of an access token."""

    row: PersonalAccessToken
    scopes: frozenset[str]
    exchange: TokenStatus

    @property
    def user(self) -> Any:
        """The owner."""
        return self.row.owner

    @property
    def scope(self) -> str:
        """The scopes, as in an answer of the token endpoint."""
        return " ".join(sorted(self.scopes))

    def is_expired(self) -> bool:
        """Whether it has ended since it was read."""
        return self.row.expires <= timezone.now()

    def allow_scopes(self, scopes: Iterable[str] | None) -> bool:
        """Whether it has all of these."""
        return self.scopes.issuperset(scopes or ())

    def is_valid(self, scopes: Iterable[str] | None = None) -> bool:
        """Whether it is live and has all of these scopes."""
        return self.row.is_live and self.allow_scopes(scopes)


@sensitive_variables()
def accepted(value: str, request: HttpRequest, uri: str) -> PersonalBearer | None:
    """Return what a value is worth at a URI, None if it is worth nothing; a use is noted."""
    if token_exchange_settings.require_https and not request.is_secure():
        return None
    row = lifecycle.find(value)
    if row is None or not row.is_live or not _may_use(row.owner):
        return None
    targets = _opened(row, uri)
    scopes = _permitted_scopes(row, targets)
    if not targets or not scopes:
        return None
    _note_use(row, address_of(request.META))
    return PersonalBearer(
        row=row,
        scopes=scopes,
        exchange=TokenStatus(
            is_active=True, subject=party_of(row.owner), audience=frozenset(target.name for target in targets)
        ),
    )


def _permitted_scopes(row: PersonalAccessToken, targets: list[Target]) -> frozenset[str]:
    """Return the scopes that targets understand, that the owner may hand out, and that no deny policy forbids."""
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
    # No policy has been asked that could say that staff and superusers are covered (N19).
    account = account_of(owner)
    return account.is_active and not account.is_privileged


def _opened(row: PersonalAccessToken, uri: str) -> list[Target]:
    """The token's enabled targets that the URI belongs to."""
    enabled = configurations.current(token_database()).targets.by_name
    belongs = toolkit_setting("RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR") or validate_resource_as_url_prefix
    own = [enabled[name] for name in row.targets.values_list("name", flat=True) if name in enabled]
    # To the toolkit, no URI means every URI (P32).
    return [target for target in own if target.resources and belongs(uri, list(target.resources))]


def _note_use(row: PersonalAccessToken, address: str | None) -> None:
    used = lifecycle.record_use(row.fingerprint, address)
    if used is not None and address is not None:
        transaction.on_commit(lambda: notices.used_from(used, address), using=token_database(), robust=True)
