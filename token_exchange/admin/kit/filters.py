"""Filter lists by choices that are known without reading the table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from token_exchange.impersonation.tickets import State, in_state
from token_exchange.wording.reason_words import REASONS

DAYS: Final = {"7": _("within 7 days"), "30": _("within 30 days"), "90": _("within 90 days")}
ERRORS: Final = (
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "invalid_target",
    "unauthorized_client",
    "unsupported_grant_type",
    "temporarily_unavailable",
    "server_error",
)


class KnownValues(admin.SimpleListFilter):
    """Filter a column by one of the `values` that it may hold."""

    values: tuple[str, ...]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return every value as its own label."""
        return [(value, value) for value in self.values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with the chosen value."""
        chosen = self.value()
        return queryset.filter(**{str(self.parameter_name): chosen}) if chosen in self.values else queryset


class ErrorFilter(KnownValues):
    """Filter records by the error code that the client got."""

    title = _("error")
    parameter_name = "error"
    values = ERRORS


class ReasonFilter(KnownValues):
    """Filter records by the exact reason, which the client does not learn."""

    template = "admin/token_exchange/folded_filter.html"
    title = _("reason")
    parameter_name = "reason"
    values = tuple(REASONS)


class StatusFilter(admin.SimpleListFilter):
    """Filter tokens by whether they are active, expired or revoked."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the three statuses with their labels."""
        return [("active", _("active")), ("expired", _("expired")), ("revoked", _("revoked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the tokens with the chosen status."""
        match self.value():
            case "active":
                return queryset.filter(revoked=None, expires__gt=timezone.now())
            case "expired":
                return queryset.filter(revoked=None, expires__lte=timezone.now())
            case "revoked":
                return queryset.exclude(revoked=None)
        return queryset


class ExpiryFilter(admin.SimpleListFilter):
    """Filter tokens by how soon they expire; Django's own date filter offers past periods only."""

    title = _("expiry")
    parameter_name = "ends"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the periods with their labels."""
        return list(DAYS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the tokens that expire within the chosen period from now."""
        chosen = self.value()
        if chosen not in DAYS:
            return queryset
        now = timezone.now()
        return queryset.filter(expires__gt=now, expires__lte=now + timedelta(days=int(chosen)))


class StateFilter(admin.SimpleListFilter):
    """Filter impersonation tickets by their state, such as waiting, approved or used."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return all states with their labels."""
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the tickets in the chosen state."""
        chosen = self.value()
        return queryset.filter(in_state(chosen)) if chosen in State.values else queryset
