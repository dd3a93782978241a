"""The admin of exchange records: what was asked, what was answered, and exactly why."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.filters import ErrorFilter, ReasonFilter
from token_exchange.admin.kit.large_tables import MOST, BoundedPaginator, ExactSearchAdmin
from token_exchange.admin.tokens.display import masked
from token_exchange.explanation import verdict
from token_exchange.models import ExchangeRecord
from token_exchange.sts.audit import Severity
from token_exchange.wording.actor_line import acting_for
from token_exchange.wording.detail_words import detail_in_words
from token_exchange.wording.labels import is_external, labels, labels_of
from token_exchange.wording.reason_words import reason_in_words
from token_exchange.wording.revoked_tokens import revocation_of
from token_exchange.wording.rich_text import as_html
from token_exchange.wording.rule_words import VALUES
from token_exchange.wording.trace_table import policy_tables

FIELDSETS: Final[list[tuple[Any, Any]]] = [
    (_("What was answered"), {"fields": ["outcome", "error", "explained", "severity", "created", "request_id"]}),
    (_("Who asked"), {"fields": ["client_id", "address"]}),
    (_("Who for whom"), {"fields": ["who", "way_words", "subject", "subject_name", "actor_named"]}),
    (
        _("What was asked for"),
        {
            "fields": [
                "requested_scope",
                "audience_list",
                "resource_list",
                "subject_token_type",
                "actor_token_type",
                "requested_token_type",
            ]
        },
    ),
    (
        _("What was granted"),
        {"fields": ["policy_name", "granted_scope", "lifetime", "issued_masked", "subject_masked", "actor_masked"]},
    ),
]


@admin.register(ExchangeRecord)
class ExchangeRecordAdmin(ExactSearchAdmin):
    """Records, newest first; each opens on its full trace."""

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
            "The whole client id, subject, actor (client:… for a client), request id or subject's name. "
            "The newest {most} are listed."
        ),
        most=MOST,
    )
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()

    @admin.display(description=_("result"))
    def result(self, row: Any) -> SafeString:
        """The outcome, with the reason that the client was not told."""
        return format_html(
            '<span class="token-exchange-outcome token-exchange-{}">{}</span> {} {}',
            row.outcome,
            row.get_outcome_display(),
            row.reason,
            format_html("<strong>{}</strong>", _("high severity")) if row.severity == Severity.HIGH else "",
        )

    @admin.display(description=_("who for whom"))
    def who(self, row: Any) -> SafeString | str:
        """The chain of actors down to the subject."""
        line = acting_for(row.act, row.subject, row.subject_name, labels=self._labels(row))
        return as_html(line) or self.get_empty_value_display()

    @admin.display(description=_("actor"))
    def actor_named(self, row: Any) -> SafeString | str:
        """The current actor, with its name beside its key."""
        return self._labels(row).get(row.actor, row.actor) or self.get_empty_value_display()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Look the names of one page's users and clients up together, not row by row."""
        changelist = super().get_changelist_instance(request)
        known = labels_of(changelist.result_list)
        for row in changelist.result_list:
            row.party_labels = known
        return changelist

    def _labels(self, row: Any) -> dict[str, str]:
        if not hasattr(row, "party_labels"):
            row.party_labels = labels_of([row])
        known: dict[str, str] = row.party_labels
        return known

    @admin.display(description=_("audience"))
    def audience_list(self, row: Any) -> SafeString | str:
        """The targets asked for or granted."""
        return ", ".join(map(str, row.audience or ())) or self.get_empty_value_display()

    @admin.display(description=_("resource"))
    def resource_list(self, row: Any) -> SafeString | str:
        """The resource URIs asked for or granted."""
        return ", ".join(map(str, row.resource or ())) or self.get_empty_value_display()

    @admin.display(description=_("reason"))
    def explained(self, row: Any) -> SafeString | str:
        """The reason as code and in words, and what it leaves open."""
        told = [(row.reason, reason_in_words(row.reason)), (row.detail, detail_in_words(row.reason, row.detail))]
        lines = format_html_join("", "<div><code>{}</code> {}</div>", [line for line in told if line[0]])
        return lines or self.get_empty_value_display()

    @admin.display(description=_("way"))
    def way_words(self, row: Any) -> SafeString | str:
        """How the issued token relates to who acts."""
        return str(VALUES.get(row.way, row.way)) or self.get_empty_value_display()

    @admin.display(description=_("issued token"))
    def issued_masked(self, row: Any) -> SafeString | str:
        """The end of its fingerprint, leading to the token."""
        return masked(row.issued_fingerprint, self.admin_site.name) or self.get_empty_value_display()

    @admin.display(description=_("subject token"))
    def subject_masked(self, row: Any) -> SafeString | str:
        """The end of its fingerprint."""
        return masked(row.subject_fingerprint, self.admin_site.name) or self.get_empty_value_display()

    @admin.display(description=_("actor token"))
    def actor_masked(self, row: Any) -> SafeString | str:
        """The end of its fingerprint."""
        return masked(row.actor_fingerprint, self.admin_site.name) or self.get_empty_value_display()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the record above its trace."""
        row = self.get_object(request, object_id)
        context = {**_traced(row), **(extra_context or {})} if row else extra_context
        return super().change_view(request, object_id, form_url, context)


def _traced(row: ExchangeRecord) -> dict[str, Any]:
    """The trace of a record and, of a refusal, what would have to change."""
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
        return []  # a trace of another shape, from a version to come or a hand in the database, is no ground for advice
