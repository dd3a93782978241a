"""The admin pages, one module per model.

`application` is left to the toolkit, which imports the class that `OAUTH2_PROVIDER["APPLICATION_ADMIN_CLASS"]` names.
"""

from __future__ import annotations

from django.apps import apps

if apps.is_installed("django.contrib.admin"):
    # Sentences and words are wanted on the command line too, on sites that have no admin to register pages with.
    from token_exchange.admin.impersonation import impersonation_permission, impersonation_ticket
    from token_exchange.admin.issuers import trusted_issuer
    from token_exchange.admin.policies import exchange_policy, target
    from token_exchange.admin.records import exchange_record
    from token_exchange.admin.tokens import exchanged_token, personal_access_token

    __all__ = [
        "exchange_policy",
        "exchange_record",
        "exchanged_token",
        "impersonation_permission",
        "impersonation_ticket",
        "personal_access_token",
        "target",
        "trusted_issuer",
    ]
