"""List exchange records, and show the request, the answer and the exact reason of each."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.filters import ErrorFilter, ReasonFilter
from token_exchange.admin.kit.large_tables import MOST, BoundedPaginator, ExactSearchAdmin
from token_exchange.admin.records.columns import RecordColumnsAdmin
from token_exchange.explanation import verdict
from token_exchange.models import ExchangeRecord
from token_exchange.wording.labels import is_external, labels, labels_of
from token_exchange.wording.revoked_tokens import revocation_of
from token_exchange.wording.trace_table import policy_tables

FIELDSETS: Final[list[tuple[Any, Any]]] = [
    (_("Answer"), {"fields": ["outcome", "error", "explained", "severity", "created", "request_id"]}),
    (_("Caller"), {"fields": ["client_id", "address"]}),
    (_("Actor and subject"), {"fields": ["who", "way_words", "subject", "subject_name", "actor_named"]}),
    (
        _("Request"),
        {
            "fields": [
                *("requested_scope", "audience_list", "resource_list"),
                *("subject_token_type", "actor_token_type", "requested_token_type"),
            ]
        },
    ),
    (
        _("Grant"),
        {"fields": ["policy_name", "granted_scope", "lifetime", "issued_masked", "subject_masked", "actor_masked"]},
    ),
]


@admin.register(ExchangeRecord)
class ExchangeRecordAdmin(RecordColumnsAdmin, ExactSearchAdmin):
    """List records, newest first; the page of a record holds its full trace."""

    change_form_template = "admin/token_exchange/exchangerecord/change_form.html"
    date_hierarchy = "created"
    exact_fields = ("client_id", "subject", "actor", "request_id", "subject_name")
    fieldsets = FIELDSETS
    list_display = ["created", "result", "client_id", "who", "audience_list"]
    list_display_links = ["created"]
    list_filter = ["outcome", "severity", ErrorFilter, ReasonFilter]
    list_per_page = 50
    paginator = BoundedPaginator
    search_help_text = format_lazy(
        _(
            "The complete client id, subject, actor (client:… for a client), request id or name of the subject. "
            "Only the newest {most} records are listed."
        ),
        most=MOST,
    )
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list, with the names of all its users and clients fetched together."""
        changelist = super().get_changelist_instance(request)
        known = labels_of(changelist.result_list)
        for row in changelist.result_list:
            row.party_labels = known
        return changelist

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the record and its trace."""
        row = self.get_object(request, object_id)
        context = {**_trace(row), **(extra_context or {})} if row else extra_context
        return super().change_view(request, object_id, form_url, context)


def _trace(row: ExchangeRecord) -> dict[str, Any]:
    """Return the trace of a record and, for a refusal, the changes that would allow the exchange."""
    granted = row.outcome == ExchangeRecord.Outcome.GRANTED
    subjects = {} if is_external(row) else labels([row.subject])
    revoked = revocation_of(row.trace)
    return {
        "policy_tables": policy_tables(row.trace, granted=granted, subjects=subjects),
        "changes": [] if revoked else _changes(row),
        "revocation": revoked,
    }


def _changes(row: ExchangeRecord) -> list[str]:
    try:
        return verdict.of_record(row).changes
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return []  # another version or a person wrote a trace of another shape: it gives no ground for advice
