"""Whoever writes a row by an admin page, in whatever way, gives away no more than they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from token_exchange.admin.kit.authority_form import AuthorityForm, related_lists
from token_exchange.admin.kit.read_only_admin import GuardedAdmin
from token_exchange.models.policy_draft import FieldError
from token_exchange.policies import authority


class AuthorityAdmin(GuardedAdmin):
    """Asks `review.authority` before a row is saved or deleted, also where a site has put a form of its own."""

    form = AuthorityForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who saves; the class is made anew for every request."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.acting_user = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save what this user may save: `list_editable` and a site's own form end here too."""
        _require(authority.objections_to(obj, request.user))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the lists that this user may save; the row goes with them, in one transaction."""
        _require(authority.objections_to(form.instance, request.user, related_lists(form)))
        super().save_related(request, form, formsets, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether this user may delete, this row or any; deleting on other pages, by cascade, asks this too."""
        allowed = super().has_delete_permission(request, obj)
        return bool(allowed) and (obj is None or not authority.objections_to_removing(obj, request.user))


def _require(errors: Sequence[FieldError]) -> None:
    if errors:
        raise PermissionDenied(" ".join(error.message for error in errors))
