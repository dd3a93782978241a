"""Show an impersonation ticket in the columns of the list and the lines of its page."""

from __future__ import annotations

import json
from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.utils import display_for_value
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.tokens.display import children
from token_exchange.impersonation.tickets import State
from token_exchange.wording.actor_line import acting_for
from token_exchange.wording.rich_text import as_html

FIELDSETS: Final[list[tuple[Any, Any]]] = [
    (None, {"fields": ["state_shown", "expires"]}),
    (_("Actor and subject"), {"fields": ["actor_name", "subject_name", "permission_name"]}),
    (_("Request"), {"fields": ["target_list", "scope_list", "reason_given", "reference", "context_given"]}),
    (_("Times"), {"fields": ["requested", "decision", "collected", "used", "revoked"]}),
    (_("Issued tokens"), {"fields": ["tokens"]}),
]
COLOURS: Final = {
    State.WAITING: "revoked",
    State.APPROVED: "granted",
    State.READY: "granted",
    State.DECLINED: "refused",
    State.WITHDRAWN: "refused",
}


class TicketColumnsAdmin(admin.ModelAdmin):
    """Show the fields of a ticket; its value is not among them, because the site does not store it."""

    @admin.display(description=_("state"))
    def state_shown(self, row: Any) -> SafeString:
        """Return the ticket's state as coloured HTML."""
        colour = COLOURS.get(row.state, "over")
        return format_html('<span class="token-exchange-outcome token-exchange-{}">{}</span>', colour, row.state.label)

    @admin.display(description=_("actor and subject"))
    def who(self, row: Any) -> SafeString:
        """Return the actor and the subject in one line."""
        return as_html(acting_for({"sub": row.actor.get_username()}, row.subject.get_username()))

    @admin.display(description=_("actor"))
    def actor_name(self, row: Any) -> str:
        """Return the user name of the actor, who requested the ticket."""
        return str(row.actor.get_username())

    @admin.display(description=_("subject"))
    def subject_name(self, row: Any) -> str:
        """Return the user name of the subject, as whom the actor acts."""
        return str(row.subject.get_username())

    @admin.display(description=_("permission"))
    def permission_name(self, row: Any) -> SafeString | str:
        """Return the permission that allowed the request."""
        return str(row.permission) if row.permission else self.get_empty_value_display()

    @admin.display(description=_("targets"))
    def target_list(self, row: Any) -> SafeString | str:
        """Return the names of the requested targets."""
        return ", ".join(row.targets.values_list("name", flat=True)) or self.get_empty_value_display()

    @admin.display(description=_("scopes"))
    def scope_list(self, row: Any) -> SafeString | str:
        """Return the requested scopes; the exchange grants those that actor and subject both hold."""
        return ", ".join(row.scopes) or self.get_empty_value_display()

    @admin.display(description=_("reason"))
    def reason_start(self, row: Any) -> str:
        """Return the first 120 characters of the reason."""
        return Truncator(row.reason).chars(120)

    @admin.display(description=_("reason"))
    def reason_given(self, row: Any) -> SafeString | str:
        """Return the reason with its line breaks, as HTML."""
        return _in_lines(row.reason) if row.reason else self.get_empty_value_display()

    @admin.display(description=_("context"))
    def context_given(self, row: Any) -> SafeString | str:
        """Return the context that the requester gave, as indented JSON."""
        text = json.dumps(row.context, indent=2, ensure_ascii=False)
        return _in_lines(text) if row.context else self.get_empty_value_display()

    @admin.display(description=_("decision"))
    def decision(self, row: Any) -> str:
        """Return who approved or declined the ticket and when, or whether an approval is needed."""
        if not row.approval_required:
            return gettext("no approval needed")
        if not (row.approved or row.declined):
            return gettext("waiting for approval")
        word = gettext("declined by %(who)s") if row.declined else gettext("approved by %(who)s")
        who = row.approver.get_username() if row.approver else gettext("a deleted user")
        moment = display_for_value(row.declined or row.approved, self.get_empty_value_display())
        return f"{word % {'who': who}}, {moment}"

    @admin.display(description=_("collected"))
    def collected(self, row: Any) -> str:
        """Return "yes" if the ticket's value has been shown to its requester."""
        return gettext("yes") if row.fingerprint else gettext("no")

    @admin.display(description=_("tokens"))
    def tokens(self, row: Any) -> SafeString | str:
        """Return the tokens that were issued in exchange for the ticket, active or not."""
        return children(row, self.admin_site.name) if row.fingerprint else gettext("none")


def _in_lines(text: str) -> SafeString:
    return format_html('<div class="token-exchange-in-lines">{}</div>', text)
