"""Check that the admin page of an application shows what the application may exchange."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Tags, Warning, register

from token_exchange.checks.pasting import assignment, at_the_end, mixed_in


@register(Tags.admin)
def check_application_admin(**kwargs: Any) -> list[CheckMessage]:
    """Warn if the toolkit's setting APPLICATION_ADMIN_CLASS names a class without our panel."""
    if not apps.is_installed("django.contrib.admin"):
        return []
    from token_exchange.admin.application import TokenExchangeApplicationMixin
    from token_exchange.provider.toolkit_replacements import is_of_the_toolkit
    from token_exchange.toolkit.compat import toolkit_setting

    found = toolkit_setting("APPLICATION_ADMIN_CLASS")
    if issubclass(found, TokenExchangeApplicationMixin):
        return []
    line = assignment("OAUTH2_PROVIDER", "APPLICATION_ADMIN_CLASS", "token_exchange.admin.application.ApplicationAdmin")
    own = mixed_in("Keep your class, and add our mixin.", found, TokenExchangeApplicationMixin)
    return [
        Warning(
            "APPLICATION_ADMIN_CLASS does not include TokenExchangeApplicationMixin, so the page of an application "
            "does not show what it may exchange.",
            hint=at_the_end("Use our class.", line) if is_of_the_toolkit(found) else own,
            id="token_exchange.W003",
        )
    ]
