"""Guard every admin page of this app: restrict who may change rows, and keep some rows read-only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern

from token_exchange.provider.in_person import presence

SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")


class InPersonAdmin(admin.ModelAdmin):
    """Refuse every change on the model's pages to a request that has no session of its user.

    A bearer token that an authentication class has turned into `request.user` cannot change anything here.
    """

    @property
    def urls(self) -> list[URLPattern]:
        """Return the model's URLs, including those that subclasses add, each behind the check."""
        patterns = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _in_person_only(pattern.callback)
        return patterns


def _in_person_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # An anonymous request passes: the admin redirects it to the login page.
        reads = request.method in SAFE_METHODS
        if not reads and request.user.is_authenticated and not presence.is_in_person_by_session(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


class GuardedAdmin(InPersonAdmin):
    """Answer 403 to an action that the user may not perform.

    Django answers such a request as if no action had been chosen.
    """

    class Media:
        css = {"all": ["token_exchange/admin.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list or perform an action; raise `PermissionDenied` if the user may not perform it."""
        requested = set(request.POST.getlist("action")) & self._action_names()
        if requested - set(self.get_actions(request)):
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def _action_names(self) -> set[str]:
        own = {action if isinstance(action, str) else action.__name__ for action in self.actions or ()}
        return own | {name for name, _action in self.admin_site.actions}


class ReadOnlyAdmin(GuardedAdmin):
    """Show rows that exchanges write; not even a superuser adds, changes or deletes them here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: only exchanges add rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: rows are evidence and stay as they were written."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: old rows are deleted by the pruning command only."""
        return False
