"""Register the admin pages of every model of this app.

The toolkit registers its applications itself, with the class that `OAUTH2_PROVIDER["APPLICATION_ADMIN_CLASS"]` names.
"""

from __future__ import annotations

from token_exchange.admin.impersonation import permission, ticket
from token_exchange.admin.issuers import issuer, linked_account
from token_exchange.admin.policies import policy, target
from token_exchange.admin.records import record
from token_exchange.admin.tokens import exchanged_token, personal_access_token

__all__ = [
    "exchanged_token",
    "issuer",
    "linked_account",
    "permission",
    "personal_access_token",
    "policy",
    "record",
    "target",
    "ticket",
]
