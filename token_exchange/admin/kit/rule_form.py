"""The forms of rules: exchange policies and impersonation permissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.authority import AuthorityForm, related_lists
from token_exchange.models.named_parties import PARTS, kinds_in
from token_exchange.models.policy_draft import FieldError
from token_exchange.sts.policy import Effect, SubjectKind


class DenialForm(AuthorityForm):
    """Ask for a confirmation before an enabled denial loses every party of a kind that it named.

    An empty list does not narrow a denial: a list that is emptied by mistake would make it deny everybody.
    """

    emptied_knowingly = forms.BooleanField(
        label=_("Lists were emptied on purpose"),
        required=False,
        help_text=_("Tick this if the denial named users, groups or clients and should now apply to all of them."),
    )

    def clean(self) -> dict[str, Any] | None:
        """Compare the parties that the stored denial names with those in the form."""
        cleaned = super().clean()
        if not self.errors and not self.cleaned_data.get("emptied_knowingly"):
            for kind in self._emptied():
                field = next((name for name in PARTS[type(self.instance)][kind] if name in self.fields), None)
                self.add_error(
                    field,
                    gettext(
                        "This list was not empty before. If it is empty, the denial applies to everybody. If that is "
                        "intended, tick “Lists were emptied on purpose”."
                    ),
                )
        return cleaned

    def _emptied(self) -> list[str]:
        stored, model = self.instance, type(self.instance)
        if not stored.pk or self._value("effect") != Effect.DENY or not self._value("enabled"):
            return []
        left = kinds_in(model, self._filled())
        idle = {"subjects"} if self._value("subject_kind") not in (None, SubjectKind.LISTED_USERS) else set()
        named = stored.named if isinstance(stored.named, list) else []
        return [kind for kind in named if kind in PARTS[model] and kind not in left and kind not in idle]

    def _filled(self) -> list[str]:
        fields = [field for fields in PARTS[type(self.instance)].values() for field in fields]
        sent = related_lists(self)
        return [name for name in fields if (sent[name] if name in sent else getattr(self.instance, name).exists())]

    def _value(self, name: str) -> Any:
        # A field that a site has made read-only is missing from the form's data.
        return self.cleaned_data[name] if name in self.cleaned_data else getattr(self.instance, name, None)


class RuleForm(DenialForm):
    """Validate the rule as a whole, with its lists of related rows, before anything is stored."""

    privileged_knowingly = forms.BooleanField(
        label=_("I understand the risk"),
        required=False,
        help_text=_("Tick this when the rule starts to cover staff and superusers."),
    )

    def rule_errors(self, row: Any, lists: Mapping[str, Sequence[Any]]) -> Iterable[FieldError]:
        """Return the errors of a row with these related rows; each kind of rule has its own."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any] | None:
        """Validate the whole rule if every field is valid by itself."""
        cleaned = super().clean()
        if not self.errors:
            meta = type(self.instance)._meta
            row = SimpleNamespace(**{field.name: self._value(field.name) for field in meta.concrete_fields})
            lists = {field.name: list(self.cleaned_data.get(field.name, ())) for field in meta.many_to_many}
            for error in self.rule_errors(row, lists):
                self.add_error(error.field, error.message)
            if row.privileged_subjects and not self._is_confirmed():
                self.add_error("privileged_knowingly", gettext("Confirm that the rule covers staff and superusers."))
        return cleaned

    def _is_confirmed(self) -> bool:
        newly = "privileged_subjects" in self.changed_data
        return not newly or bool(self.cleaned_data.get("privileged_knowingly"))
