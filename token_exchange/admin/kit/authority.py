"""Limit what an administrator can grant by saving a row: no right that this administrator lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from token_exchange.admin.kit.guarded import GuardedAdmin
from token_exchange.models.policy_draft import FieldError
from token_exchange.policies.authority import objections_to, objections_to_removing


class AuthorityForm(forms.ModelForm):
    """Validate that the acting user may save the row, fields that a site has made read-only included."""

    acting_user: Any = None  # set on the class that the admin makes for each request

    def full_clean(self) -> None:
        """Check the user's authority over the whole row after the other validation."""
        super().full_clean()
        if not self.is_bound or not hasattr(self, "cleaned_data"):
            return
        for error in objections_to(self.instance, self.acting_user, related_lists(self)):
            if error.field not in self.errors:
                self.add_error(error.field if error.field in self.fields else None, error.message)


def related_lists(form: Any) -> dict[str, list[Any]]:
    """Return the many-to-many lists that the form would store, by field name."""
    names = [field.name for field in form.instance._meta.many_to_many]
    return {name: list(form.cleaned_data[name]) for name in names if form.cleaned_data.get(name) is not None}


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
        _require(objections_to(obj, request.user))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the lists, or raise `PermissionDenied`, which rolls the row back too: both share one transaction."""
        _require(objections_to(form.instance, request.user, related_lists(form)))
        super().save_related(request, form, formsets, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if this user may delete the row; Django asks this for cascades from other pages too."""
        allowed = super().has_delete_permission(request, obj)
        return bool(allowed) and (obj is None or not objections_to_removing(obj, request.user))


def _require(errors: Sequence[FieldError]) -> None:
    if errors:
        raise PermissionDenied(" ".join(error.message for error in errors))
