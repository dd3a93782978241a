"""Warn on list and page about rows with values that this version does not know."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from token_exchange.admin.kit.guarded import GuardedAdmin
from token_exchange.configuration.unreadable_fields import unreadable_fields
from token_exchange.models.named_kinds import PARTS, lost
from token_exchange.sts.policy import Effect


class FlawedRowsAdmin(GuardedAdmin):
    """Show a warning for each row that permits nothing, although it is enabled, because a value is unknown."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, with a warning for each flawed row on it."""
        answer = super().changelist_view(request, extra_context)
        listed = getattr(answer, "context_data", None) or {}
        if request.method == "GET" and "cl" in listed:
            for row in listed["cl"].result_list:
                self._warn(request, row)
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the row, with a warning if it is flawed."""
        row = self.get_object(request, object_id) if request.method == "GET" else None
        if row is not None and self.has_view_permission(request, row):
            self._warn(request, row)
        return super().change_view(request, object_id, form_url, extra_context)

    def _warn(self, request: HttpRequest, row: Any) -> None:
        if fields := unreadable_fields(row):
            words = gettext(
                "“%(name)s” has values that this version does not know, in: %(fields)s. If it is a permit, it permits "
                "nothing; if it is a denial, it denies everything that it might have denied. Correct these fields."
            )
            self.message_user(request, words % {"name": row, "fields": ", ".join(fields)}, messages.WARNING)


def denies_nothing(row: Any) -> bool:
    """Return True if a denial has lost all parties of a kind that it named, because they were deleted.

    The lists of the row must have been prefetched.
    """
    if row.effect != Effect.DENY or not row.named_kinds:
        return False
    fields = {field for fields in PARTS[type(row)].values() for field in fields}
    return bool(lost(row, [field for field in fields if getattr(row, field).all()]))
