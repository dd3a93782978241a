"""List and edit linked accounts, each of which connects a subject of an external issuer to a user."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from token_exchange.admin.kit.authority import AuthorityAdmin
from token_exchange.admin.kit.completion import AutocompleteAdmin
from token_exchange.models import LinkedAccount
from token_exchange.policies import authority


@admin.register(LinkedAccount)
class LinkedAccountAdmin(AutocompleteAdmin, AuthorityAdmin):
    """Show and edit links. Editing also needs the permission to change users, because a link gives access to a user."""

    list_display = ["subject", "trusted_issuer", "user", "created"]
    list_select_related = ["trusted_issuer", "user"]
    list_filter = ["trusted_issuer"]
    search_fields = ["subject"]
    raw_id_fields = ("trusted_issuer", "user")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the links, newest first."""
        return super().get_queryset(request).order_by("-pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return True if this user may add links."""
        return super().has_add_permission(request) and authority.may_change_users(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if this user may change the link, or links in general if none is given."""
        allowed = super().has_change_permission(request, obj) and authority.may_change_users(request.user)
        return allowed and (obj is None or not authority.errors_in_saving(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if this user may delete the link, or links in general if none is given."""
        return super().has_delete_permission(request, obj) and authority.may_change_users(request.user)
