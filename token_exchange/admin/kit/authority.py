"""Refuse to save a row with which administrators would grant rights that they lack themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.forms.models import construct_instance
from django.http import HttpRequest

from token_exchange.admin.kit.guarded import GuardedAdmin
from token_exchange.models.validation import FieldError, list_names, stored_list
from token_exchange.policies.authority import errors_in_removing, errors_in_saving


class AuthorityForm(forms.ModelForm):
    """Validate that the acting user may save the row, fields that a site has made read-only included."""

    acting_user: Any = None  # set on the class that the admin makes for each request

    def full_clean(self) -> None:
        """Check the user's authority over the whole row after the other validation."""
        super().full_clean()
        if not self.is_bound or not hasattr(self, "cleaned_data"):
            return
        errors = errors_in_saving(self.instance, self.acting_user, related_lists(self))
        self.show([error for error in errors if error.field not in self.errors])

    def described_row(self) -> Any:
        """Return an unsaved copy of the row with the values of the form."""
        return construct_instance(self, copy(self.instance), self._meta.fields, self._meta.exclude)

    def described_lists(self) -> dict[str, Sequence[Any]]:
        """Return every many-to-many list as it would be stored, by field name."""
        chosen, row = related_lists(self), self.instance
        return {name: chosen[name] if name in chosen else stored_list(row, name) for name in list_names(row)}

    def show(self, errors: Iterable[FieldError]) -> None:
        """Add each error to its field, or to the form as a whole if the form lacks the field."""
        for error in errors:
            self.add_error(error.field if error.field in self.fields else None, error.message)


def related_lists(form: Any) -> dict[str, list[Any]]:
    """Return the many-to-many lists that were chosen in the form, by field name."""
    cleaned = form.cleaned_data
    return {name: list(cleaned[name]) for name in list_names(form.instance) if cleaned.get(name) is not None}


class AuthorityAdmin(GuardedAdmin):
    """Check the user's authority before a row is saved or deleted, also where a site uses a form of its own."""

    form = AuthorityForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form class with the acting user set; Django makes a new class for every request."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.acting_user = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the row, or raise `PermissionDenied`; `list_editable` and a site's own form save through here too."""
        _require(errors_in_saving(obj, request.user))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the lists, or raise `PermissionDenied`, which rolls the row back too: both share one transaction."""
        _require(errors_in_saving(form.instance, request.user, related_lists(form)))
        super().save_related(request, form, formsets, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if this user may delete the row; Django asks this for cascades from other pages too."""
        allowed = super().has_delete_permission(request, obj)
        return bool(allowed) and (obj is None or not errors_in_removing(obj, request.user))


def _require(errors: Sequence[FieldError]) -> None:
    if errors:
        raise PermissionDenied(" ".join(error.message for error in errors))
