"""A denial that names parties does not come to cover everybody because a list was emptied by mistake."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.authority import AuthorityForm, related_lists
from token_exchange.models.named_parties import PARTS, kinds_in
from token_exchange.sts.policy import Effect, SubjectKind


class DenialForm(AuthorityForm):
    """Asks once more when a denial that is enabled would name no party of a kind that it named before."""

    emptied_knowingly = forms.BooleanField(
        label=_("A list was emptied on purpose"),
        required=False,
        help_text=_("Needed when a denial named parties and now names none: it then covers all of them."),
    )

    def clean(self) -> dict[str, Any] | None:
        """Look at what is stored, and at what would be."""
        cleaned = super().clean()
        if not self.errors and not self.cleaned_data.get("emptied_knowingly"):
            for kind in self._emptied():
                field = next((name for name in PARTS[type(self.instance)][kind] if name in self.fields), None)
                self.add_error(
                    field, gettext("This denial named some and would cover all. If you mean it, tick the box below.")
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
        # What a site has made read-only is not in the form's data.
        return self.cleaned_data[name] if name in self.cleaned_data else getattr(self.instance, name, None)
