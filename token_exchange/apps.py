"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TokenExchangeConfig(AppConfig):
    """OAuth 2.0 Token Exchange on django-oauth-toolkit."""

    name = "token_exchange"
    verbose_name = _("Token exchange")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and follow changes of configuration, revocations and logins."""
        from token_exchange import checks  # noqa: F401 - registers the checks
        from token_exchange.configuration import version_signals
        from token_exchange.provider import session_signals
        from token_exchange.tokens import lineage_signals

        version_signals.connect()
        lineage_signals.connect()
        session_signals.connect()
