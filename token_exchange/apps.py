"""Configure this Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TokenExchangeConfig(AppConfig):
    """Configures OAuth 2.0 Token Exchange on django-oauth-toolkit as a Django app."""

    name = "token_exchange"
    verbose_name = _("Token exchange")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks and the kinds of parent tokens, and connect the signal receivers."""
        from token_exchange import checks  # noqa: F401 - registers the checks
        from token_exchange.configuration import version_signals
        from token_exchange.impersonation import ticket_kind
        from token_exchange.personal_access_tokens import token_kind
        from token_exchange.provider.in_person import sessions
        from token_exchange.tokens import access_tokens, lineage_signals, parent_kinds, refresh_tokens

        parent_kinds.register(token_kind.KIND, ticket_kind.KIND, access_tokens.KIND, refresh_tokens.KIND)
        version_signals.connect()
        lineage_signals.connect()
        sessions.connect_signals()
