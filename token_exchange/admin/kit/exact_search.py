"""Search by equality: what an index can answer."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from token_exchange.admin.kit.read_only_admin import ReadOnlyAdmin


class ExactSearchAdmin(ReadOnlyAdmin):
    """Finds rows of which one of `exact_fields` equals the whole term; Django's own search reads every row."""

    exact_fields: tuple[str, ...] = ()

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Show the search box where there is something to search."""
        return self.exact_fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the rows that equal the term, and that none of them comes twice."""
        term = search_term.strip()
        if not term:
            return queryset, False
        matches = Q()
        for field in self.exact_fields:
            matches |= Q(**{field: term})
        return queryset.filter(matches), False
