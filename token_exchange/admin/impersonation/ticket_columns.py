"""What is shown of an impersonation ticket, in the order of its story."""

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
    (None, {"fields": ["how_far", "expires"]}),
    (_("Who for whom"), {"fields": ["actor_name", "subject_name", "permission_name"]}),
    (_("What for"), {"fields": ["target_list", "scope_list", "reason_given", "reference", "context_given"]}),
    (_("When"), {"fields": ["requested", "decision", "handed_over", "used", "revoked"]}),
    (_("Exchanged for"), {"fields": ["tokens"]}),
]
COLOURS: Final = {
    State.WAITING: "revoked",
    State.APPROVED: "granted",
    State.READY: "granted",
    State.DECLINED: "refused",
    State.WITHDRAWN: "refused",
}


class TicketFactsAdmin(admin.ModelAdmin):
    """The columns and lines; the value is in none of them, and nowhere else."""

    @admin.display(description=_("state"))
    def how_far(self, row: Any) -> SafeString:
        """How far it has come."""
        colour = COLOURS.get(row.state, "over")
        return format_html('<span class="token-exchange-outcome token-exchange-{}">{}</span>', colour, row.state.label)

    @admin.display(description=_("who for whom"))
    def who(self, row: Any) -> SafeString:
        """Who acts for whom."""
        return as_html(acting_for({"sub": row.actor.get_username()}, row.subject.get_username()))

    @admin.display(description=_("who acts"))
    def actor_name(self, row: Any) -> str:
        """By name."""
        return str(row.actor.get_username())

    @admin.display(description=_("acted for"))
    def subject_name(self, row: Any) -> str:
        """By name."""
        return str(row.subject.get_username())

    @admin.display(description=_("permission"))
    def permission_name(self, row: Any) -> SafeString | str:
        """The one under which it was asked for."""
        return str(row.permission) if row.permission else self.get_empty_value_display()

    @admin.display(description=_("targets"))
    def target_list(self, row: Any) -> SafeString | str:
        """By name."""
        return ", ".join(row.targets.values_list("name", flat=True)) or self.get_empty_value_display()

    @admin.display(description=_("scopes"))
    def scope_list(self, row: Any) -> SafeString | str:
        """As they were asked for; what the token gets is narrowed by both people's rights when it is exchanged."""
        return ", ".join(row.scopes) or self.get_empty_value_display()

    @admin.display(description=_("reason"))
    def reason_begun(self, row: Any) -> str:
        """Its beginning."""
        return Truncator(row.reason).chars(120)

    @admin.display(description=_("reason"))
    def reason_given(self, row: Any) -> SafeString | str:
        """In its own lines."""
        return _in_lines(row.reason) if row.reason else self.get_empty_value_display()

    @admin.display(description=_("context"))
    def context_given(self, row: Any) -> SafeString | str:
        """As JSON."""
        spelled = json.dumps(row.context, indent=2, ensure_ascii=False)
        return _in_lines(spelled) if row.context else self.get_empty_value_display()

    @admin.display(description=_("decision"))
    def decision(self, row: Any) -> str:
        """Who decided what, and whether anybody has to."""
        if not row.needs_approval:
            return gettext("needs nobody's approval")
        if not (row.approved or row.declined):
            return gettext("not yet")
        word = gettext("declined by %(who)s") if row.declined else gettext("approved by %(who)s")
        who = row.approver.get_username() if row.approver else gettext("somebody who is gone")
        moment = display_for_value(row.declined or row.approved, self.get_empty_value_display())
        return f"{word % {'who': who}}, {moment}"

    @admin.display(description=_("handed over"))
    def handed_over(self, row: Any) -> str:
        """Whether its value has been shown to who asked."""
        return gettext("yes") if row.fingerprint else gettext("no")

    @admin.display(description=_("tokens"))
    def tokens(self, row: Any) -> SafeString | str:
        """What it was exchanged for, alive or not."""
        return children(row, self.admin_site.name) if row.fingerprint else gettext("none")


def _in_lines(text: str) -> SafeString:
    return format_html('<div class="token-exchange-in-lines">{}</div>', text)
