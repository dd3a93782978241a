"""Whether an exchanged token still works."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def status(token: Any) -> SafeString:
    """Return the word for it, set in a colour that says the same."""
    if token.revoked is not None:
        return format_html('<span class="token-exchange-outcome token-exchange-refused">{}</span>', gettext("revoked"))
    if token.expires <= timezone.now():
        return format_html('<span class="token-exchange-outcome">{}</span>', gettext("expired"))
    return format_html('<span class="token-exchange-outcome token-exchange-granted">{}</span>', gettext("live"))


class StatusFilter(admin.SimpleListFilter):
    """By whether the token still works."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the three."""
        return [("live", _("live")), ("expired", _("expired")), ("revoked", _("revoked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the chosen status."""
        match self.value():
            case "live":
                return queryset.filter(revoked=None, expires__gt=timezone.now())
            case "expired":
                return queryset.filter(revoked=None, expires__lte=timezone.now())
            case "revoked":
                return queryset.exclude(revoked=None)
        return queryset
