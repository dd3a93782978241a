"""Rules that read as a sentence, in the list and above the form."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.flawed_rows import denies_nothing
from token_exchange.admin.kit.switching import SwitchedAdmin
from token_exchange.configuration import named_parties
from token_exchange.wording.rich_text import Phrase, as_html


class RuleAdmin(SwitchedAdmin):
    """An admin of such rules; `spelled_fieldsets` follow the sentence."""

    readonly_fields = ["reads_as"]
    rule_fieldsets: ClassVar[list[tuple[Any, Any]]]

    def spelled(self, row: Any) -> Phrase:
        """Return the rule as words and names."""
        raise NotImplementedError

    def against_enabling(self, request: HttpRequest, row: Any) -> list[str]:
        """Refuse a denial that has lost those whom it named, too."""
        lost = [gettext("What this denial named is deleted: name others first.")] if denies_nothing(row) else []
        return [*lost, *super().against_enabling(request, row)]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the lists; those that were emptied on purpose are no loss."""
        super().save_related(request, form, formsets, change)
        if form.cleaned_data.get("emptied_knowingly"):
            named_parties.renew(form.instance, form.instance._state.db)

    @admin.display(description=_("rule"))
    def headline(self, row: Any) -> SafeString:
        """The name, leading to the rule, and the sentence."""
        link = format_html('<a href="{}/change/">{}</a>', row.pk, row.name)
        return format_html("<strong>{}</strong>{}", link, self.reads_as(row))

    @admin.display(description=_("reads as"))
    def reads_as(self, row: Any) -> SafeString:
        """The sentence, as it was last saved, and what has become of those whom it names."""
        sentence = format_html('<div class="token-exchange-sentence">{}</div>', as_html(self.spelled(row)))
        if not denies_nothing(row):
            return sentence
        words = gettext("Switched off: what this denial named is deleted, and without it it would deny everybody.")
        return format_html('<div class="token-exchange-refused">{}</div>{}', words, sentence)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the sentence above all, once there is one."""
        top = [(None, {"fields": ["reads_as"]})] if obj is not None else []
        return [*top, *self.rule_fieldsets]
