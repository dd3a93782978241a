"""Validate the forms of rules, which are exchange policies and impersonation permissions."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.authority import AuthorityForm
from token_exchange.models.named_kinds import PARTS, lost
from token_exchange.models.validation import Lists, Rule, errors_in
from token_exchange.sts.policy import Effect


class RuleForm(AuthorityForm):
    """Validate the rule as a whole, with its lists of related rows, before anything is stored."""

    rules: ClassVar[tuple[Rule, ...]] = ()

    privileged_knowingly = forms.BooleanField(
        label=_("I understand the risk"),
        required=False,
        help_text=_("Tick this when the rule starts to cover staff and superusers."),
    )
    emptied_knowingly = forms.BooleanField(
        label=_("Lists were emptied on purpose"),
        required=False,
        help_text=_("Tick this if the denial named users, groups or clients and should now apply to all of them."),
    )

    def clean(self) -> dict[str, Any] | None:
        """Validate the whole rule if every field is valid by itself."""
        cleaned = super().clean()
        if not self.errors:
            row, lists = self.described_row(), self.described_lists()
            self._confirm_emptied(row, lists)
            if not self.errors:
                self.show(errors_in(row, lists, self.rules))
                self._confirm_privileged(row)
        return cleaned

    def _confirm_emptied(self, row: Any, lists: Lists) -> None:
        """Ask for a confirmation before an enabled denial loses every party of a kind that it named.

        An empty list does not narrow a denial: a list that is emptied by mistake would make it deny everybody.
        """
        if not row.pk or row.effect != Effect.DENY or not row.enabled or self.cleaned_data.get("emptied_knowingly"):
            return
        for kind in lost(row, [name for name, related in lists.items() if related]):
            field = next((name for name in PARTS[type(row)][kind] if name in self.fields), None)
            self.add_error(
                field,
                gettext(
                    "This list was not empty before. If it is empty, the denial applies to everybody. If that is "
                    "intended, tick “Lists were emptied on purpose”."
                ),
            )

    def _confirm_privileged(self, row: Any) -> None:
        newly = row.privileged_subjects and "privileged_subjects" in self.changed_data
        if newly and not self.cleaned_data.get("privileged_knowingly"):
            self.add_error("privileged_knowingly", gettext("Confirm that the rule covers staff and superusers."))
