"""By how soon a token ends; Django's own filter of dates looks back only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DAYS: Final = {"7": _("within 7 days"), "30": _("within 30 days"), "90": _("within 90 days")}


class EndFilter(admin.SimpleListFilter):
    """Of those that have not ended yet."""

    title = _("end")
    parameter_name = "ends"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the spans."""
        return list(DAYS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows that end within the chosen span."""
        chosen = self.value()
        if chosen not in DAYS:
            return queryset
        now = timezone.now()
        return queryset.filter(expires__gt=now, expires__lte=now + timedelta(days=int(chosen)))
