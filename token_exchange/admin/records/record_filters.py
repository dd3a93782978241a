"""Filters of records whose choices are known: asking the table for them would read all of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_exchange.wording.reason_words import REASONS
from token_exchange.wording.words import ERRORS


class KnownValues(admin.SimpleListFilter):
    """Filters a column by one of the values that it may hold."""

    values: tuple[str, ...]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every value."""
        return [(value, value) for value in self.values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows with the chosen value."""
        chosen = self.value()
        return queryset.filter(**{str(self.parameter_name): chosen}) if chosen in self.values else queryset


class ErrorFilter(KnownValues):
    """By the error that the client was told."""

    title = _("error")
    parameter_name = "error"
    values = ERRORS


class ReasonFilter(KnownValues):
    """By the exact reason, which only the record knows."""

    template = "admin/token_exchange/folded_filter.html"
    title = _("reason")
    parameter_name = "reason"
    values = tuple(REASONS)
