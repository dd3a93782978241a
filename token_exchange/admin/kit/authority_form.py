"""A form that knows who saves, and refuses what this user may not give away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from token_exchange.policies.authority import objections_to

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


class AuthorityForm(ModelForm):
    """Asks about the row as it would be stored, what a site has made read-only included."""

    acting_user: Any = None  # set on the class that the admin makes for each request

    def full_clean(self) -> None:
        """Look at the whole row, once the model has looked at it."""
        super().full_clean()
        if not self.is_bound or not hasattr(self, "cleaned_data"):
            return
        for error in objections_to(self.instance, self.acting_user, related_lists(self)):
            if error.field not in self.errors:
                self.add_error(error.field if error.field in self.fields else None, error.message)


def related_lists(form: Any) -> dict[str, list[Any]]:
    """Return the lists of related rows that a form would store, by field."""
    names = [field.name for field in form.instance._meta.many_to_many]
    return {name: list(form.cleaned_data[name]) for name in names if form.cleaned_data.get(name) is not None}
