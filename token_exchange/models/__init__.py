"""Define the models, each in its own file: rules that administrators write, and rows that exchanges write."""

from __future__ import annotations

from token_exchange.models.configuration_version import ConfigurationVersion
from token_exchange.models.exchange_policy import ExchangePolicy
from token_exchange.models.exchange_record import ExchangeRecord
from token_exchange.models.exchanged_token import ExchangedToken
from token_exchange.models.impersonation_permission import ImpersonationPermission
from token_exchange.models.impersonation_ticket import ImpersonationTicket
from token_exchange.models.issuer_health import IssuerHealth
from token_exchange.models.linked_account import LinkedAccount
from token_exchange.models.personal_access_token import PersonalAccessToken
from token_exchange.models.target import Target
from token_exchange.models.trusted_issuer import TrustedIssuer
from token_exchange.models.used_token import UsedToken

__all__ = [
    "ConfigurationVersion",
    "ExchangePolicy",
    "ExchangeRecord",
    "ExchangedToken",
    "ImpersonationPermission",
    "ImpersonationTicket",
    "IssuerHealth",
    "LinkedAccount",
    "PersonalAccessToken",
    "Target",
    "TrustedIssuer",
    "UsedToken",
]
