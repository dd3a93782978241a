"""Show an exchange record in the columns of the list and the lines of its page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.tokens.display import masked
from token_exchange.sts.audit import Severity
from token_exchange.wording.actor_line import acting_for
from token_exchange.wording.detail_words import detail_in_words
from token_exchange.wording.labels import labels_of
from token_exchange.wording.reason_words import reason_in_words
from token_exchange.wording.rich_text import as_html
from token_exchange.wording.rule_words import VALUES


class RecordColumnsAdmin(admin.ModelAdmin):
    """Show the fields of a record in words, with the names of users and clients beside their keys."""

    @admin.display(description=_("result"))
    def result(self, row: Any) -> SafeString:
        """Return the outcome and the exact reason, which the client did not learn, as HTML."""
        return format_html(
            '<span class="token-exchange-outcome token-exchange-{}">{}</span> {} {}',
            row.outcome,
            row.get_outcome_display(),
            row.reason,
            format_html("<strong>{}</strong>", _("high severity")) if row.severity == Severity.HIGH else "",
        )

    @admin.display(description=_("actor and subject"))
    def who(self, row: Any) -> SafeString | str:
        """Return the chain of actors and the subject."""
        line = acting_for(row.act, row.subject, row.subject_name, labels=self._labels(row))
        return as_html(line) or self.get_empty_value_display()

    @admin.display(description=_("actor"))
    def actor_named(self, row: Any) -> SafeString | str:
        """Return the current actor's name and key."""
        return self._labels(row).get(row.actor, row.actor) or self.get_empty_value_display()

    def _labels(self, row: Any) -> dict[str, str]:
        if not hasattr(row, "party_labels"):
            row.party_labels = labels_of([row])
        known: dict[str, str] = row.party_labels
        return known

    @admin.display(description=_("audience"))
    def audience_list(self, row: Any) -> SafeString | str:
        """Return the granted targets, or the requested ones of a refused exchange."""
        return ", ".join(map(str, row.audience or ())) or self.get_empty_value_display()

    @admin.display(description=_("resource"))
    def resource_list(self, row: Any) -> SafeString | str:
        """Return the granted resource URIs, or the requested ones of a refused exchange."""
        return ", ".join(map(str, row.resource or ())) or self.get_empty_value_display()

    @admin.display(description=_("reason"))
    def explained(self, row: Any) -> SafeString | str:
        """Return reason and detail, each as its code and in words."""
        lines = [(row.reason, reason_in_words(row.reason)), (row.detail, detail_in_words(row.reason, row.detail))]
        shown = format_html_join("", "<div><code>{}</code> {}</div>", [line for line in lines if line[0]])
        return shown or self.get_empty_value_display()

    @admin.display(description=_("way"))
    def way_words(self, row: Any) -> SafeString | str:
        """Return, in words, how the actor of the new token was chosen."""
        return str(VALUES.get(row.way, row.way)) or self.get_empty_value_display()

    @admin.display(description=_("issued token"))
    def issued_masked(self, row: Any) -> SafeString | str:
        """Return the end of the new token's fingerprint, linked to the token."""
        return self._masked(row.issued_fingerprint)

    @admin.display(description=_("subject token"))
    def subject_masked(self, row: Any) -> SafeString | str:
        """Return the end of the subject token's fingerprint, linked if an exchange issued the token."""
        return self._masked(row.subject_fingerprint)

    @admin.display(description=_("actor token"))
    def actor_masked(self, row: Any) -> SafeString | str:
        """Return the end of the actor token's fingerprint, linked if an exchange issued the token."""
        return self._masked(row.actor_fingerprint)

    def _masked(self, fingerprint: str) -> SafeString | str:
        return masked(fingerprint, self.admin_site.name) or self.get_empty_value_display()
