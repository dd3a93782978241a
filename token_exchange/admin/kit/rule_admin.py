"""Show rules as sentences, in the list and above the form."""

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
from token_exchange.configuration import named_kind_signals
from token_exchange.wording.rich_text import Phrase, as_html


class RuleAdmin(SwitchedAdmin):
    """Show a rule as its sentence, followed by the groups of fields in `rule_fieldsets`."""

    readonly_fields = ["reads_as"]
    rule_fieldsets: ClassVar[list[tuple[Any, Any]]]

    def phrase_of(self, row: Any) -> Phrase:
        """Return the rule as words and names."""
        raise NotImplementedError

    def reasons_against_enabling(self, request: HttpRequest, row: Any) -> list[str]:
        """Return why this user may not enable the rule; a denial whose parties were deleted is refused too."""
        lost = [gettext("The parties that this denial named were deleted. Name others first.")]
        return [*(lost if denies_nothing(row) else []), *super().reasons_against_enabling(request, row)]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the lists, and forget the parties of lists that the user emptied on purpose."""
        super().save_related(request, form, formsets, change)
        if form.cleaned_data.get("emptied_knowingly"):
            named_kind_signals.reset(form.instance, form.instance._state.db)

    @admin.display(description=_("rule"))
    def headline(self, row: Any) -> SafeString:
        """Return the name, linked to the rule's page, and the sentence."""
        link = format_html('<a href="{}/change/">{}</a>', row.pk, row.name)
        return format_html("<strong>{}</strong>{}", link, self.reads_as(row))

    @admin.display(description=_("in words"))
    def reads_as(self, row: Any) -> SafeString:
        """Return the sentence of the stored rule, after a warning if the parties that it names were deleted."""
        sentence = format_html('<div class="token-exchange-sentence">{}</div>', as_html(self.phrase_of(row)))
        if not denies_nothing(row):
            return sentence
        words = gettext(
            "Not applied: the parties that this denial named were deleted, and without them it would deny everybody."
        )
        return format_html('<div class="token-exchange-refused">{}</div>{}', words, sentence)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the sentence of a stored rule, and the groups of fields."""
        top = [(None, {"fields": ["reads_as"]})] if obj is not None else []
        return [*top, *self.rule_fieldsets]
