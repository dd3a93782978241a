"""List tables of millions of rows: search by equality, and count only the rows that the pages can show."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from token_exchange.admin.kit.guarded import ReadOnlyAdmin

MOST: Final = 10_000


class ExactSearchAdmin(ReadOnlyAdmin):
    """Find the rows in which one of `exact_fields` equals the whole search term.

    An index answers that; Django's own search compares parts of texts and reads every row.
    """

    exact_fields: tuple[str, ...] = ()

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Return the fields of the exact search; without any, the admin would hide the search box."""
        return self.exact_fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the rows in which a field equals the term, and False, because no row can occur twice."""
        term = search_term.strip()
        if not term:
            return queryset, False
        matches = Q()
        for field in self.exact_fields:
            matches |= Q(**{field: term})
        return queryset.filter(matches), False


class BoundedPaginator(Paginator):
    """Count at most `MOST` rows and offer no page beyond them: a full count would take seconds for each click."""

    @cached_property
    def count(self) -> int:
        """Return the number of rows, `MOST` if there are more."""
        rows: Any = self.object_list
        return int(rows[:MOST].count())
