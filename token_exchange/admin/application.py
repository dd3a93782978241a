"""The toolkit's application admin with the panel; name it in `OAUTH2_PROVIDER["APPLICATION_ADMIN_CLASS"]`."""

from __future__ import annotations

from oauth2_provider.admin import ApplicationAdmin as ToolkitApplicationAdmin

from token_exchange.admin.application_panel import TokenExchangeApplicationMixin

__all__ = ["ApplicationAdmin", "TokenExchangeApplicationMixin"]


class ApplicationAdmin(TokenExchangeApplicationMixin, ToolkitApplicationAdmin):
    """What an application is, and what it may exchange."""
