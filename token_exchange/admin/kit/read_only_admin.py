"""What every admin page of this app has in common: it refuses aloud, and read-only means read-only."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from token_exchange.admin.kit.in_person_admin import InPersonAdmin, ModelAdmin

__all__ = ["GuardedAdmin", "ModelAdmin", "ReadOnlyAdmin"]


class GuardedAdmin(InPersonAdmin):
    """Answers 403 to an action that the user may not perform, where Django would say that none was chosen."""

    class Media:
        css = {"all": ["token_exchange/admin.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """List, or perform an action, or refuse it (INV-21)."""
        asked = set(request.POST.getlist("action")) & self._action_names()
        if asked - set(self.get_actions(request)):
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def _action_names(self) -> set[str]:
        own = {action if isinstance(action, str) else action.__name__ for action in self.actions or ()}
        return own | {name for name, _action in self.admin_site.actions}


class ReadOnlyAdmin(GuardedAdmin):
    """Shows what exchanges have left behind; nobody writes it by hand, not even a superuser."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: only the token service adds rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: history is not edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: history is not deleted here."""
        return False
