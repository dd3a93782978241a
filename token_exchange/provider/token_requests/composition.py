"""Put together the service that decides one token exchange request, from the parts that this server has."""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.utils.module_loading import import_string

from token_exchange.conf import token_exchange_settings
from token_exchange.configuration import snapshot as configurations
from token_exchange.impersonation import acting_letter
from token_exchange.personal_access_tokens import last_use
from token_exchange.provider.issuers.access_token import AccessTokenIssuer, Issuing
from token_exchange.provider.issuers.id_token import IdTokenIssuer, views_of_this_app_answer
from token_exchange.provider.token_requests.single_use import SingleUseTokens
from token_exchange.sts.parties import Client
from token_exchange.sts.ports import TokenIssuer, TokenVerifier
from token_exchange.sts.service import SecurityTokenService
from token_exchange.sts.verification import VerificationContext
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT, NEEDS_PERMISSION, TOKEN_PARAMETERS
from token_exchange.tokens.audit import DatabaseAuditTrail, Listener
from token_exchange.tokens.preload import Preload
from token_exchange.toolkit.compat import host_asked
from token_exchange.toolkit.signing_keys import id_token_keys
from token_exchange.trusted_issuers.accounts import Accounts

TOKEN_TYPE_PARAMETERS: Final = tuple(f"{name}_type" for name in TOKEN_PARAMETERS)
LISTENERS: Final[tuple[Listener, ...]] = (last_use.record_exchange, acting_letter.send)
"""Functions that are called, in this order, after the record of each answer has been committed."""


def compose(request: Any, token_handler: Any, preload: Preload, using: str) -> SecurityTokenService:
    """Return the service for one request; `preload` holds the rows that were read for it."""
    configuration = configurations.current(using, preload.version)
    declared = request.form.values_of(TOKEN_TYPE_PARAMETERS)
    client = Client(client_id=request.client.client_id)
    issuing = Issuing(
        request=request,
        generate=token_handler.token_generator,
        preload=preload,
        configuration=configuration,
        using=using,
    )
    return SecurityTokenService(
        configuration=configuration,
        verifiers=verifiers(
            declared,
            VerificationContext(
                configuration=configuration,
                client=client,
                host=host_asked(request),
                stored_tokens=preload.tokens,
            ),
        ),
        accounts=Accounts(
            using, with_groups=configuration.asks_for_groups(client), compares=not NEEDS_PERMISSION.isdisjoint(declared)
        ),
        issuers=_issuers(issuing, token_handler.request_validator),
        audit=DatabaseAuditTrail(using, LISTENERS),
        single_use=SingleUseTokens(using),
        unit_of_work=partial(transaction.atomic, using=using),
    )


def _issuers(issuing: Issuing, validator: Any) -> Mapping[str, TokenIssuer]:
    """Return the issuer of each type that this server can issue; ID tokens need OpenID Connect, a key, and our view."""
    access_tokens = AccessTokenIssuer(issuing)
    issuers: dict[str, TokenIssuer] = {ACCESS_TOKEN: access_tokens, JWT: access_tokens}
    if id_token_keys() and views_of_this_app_answer(issuing.request):
        issuers[ID_TOKEN] = IdTokenIssuer(issuing, validator)
    return issuers


def verifiers(declared: Container[str], context: VerificationContext) -> Mapping[str, TokenVerifier]:
    """Return a verifier for each declared token type that the setting VERIFIERS names."""
    return {
        token_type: import_string(path)(context)
        for token_type, path in token_exchange_settings.verifiers.items()
        if token_type in declared
    }
