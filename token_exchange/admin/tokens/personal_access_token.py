"""The admin of personal access tokens: whose they are, when they end, and an end to them; people make their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.filters import ExpiryFilter, StatusFilter
from token_exchange.admin.kit.revocation import PersonalRevocationAdmin
from token_exchange.admin.tokens.display import status
from token_exchange.admin.tokens.leaked import LeakedTokensAdmin
from token_exchange.admin.tokens.personal_expiry_form import PersonalExpiryForm
from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import endings


@admin.register(PersonalAccessToken)
class PersonalAccessTokenAdmin(PersonalRevocationAdmin, LeakedTokensAdmin):
    """Neither value nor fingerprint is anywhere in it."""

    change_form_template = "admin/token_exchange/personalaccesstoken/change_form.html"
    change_list_template = "admin/token_exchange/personalaccesstoken/change_list.html"
    form = PersonalExpiryForm
    fieldsets = [
        (None, {"fields": ["name", "owner", "state", "scope_list", "target_list"]}),
        (_("When"), {"fields": ["created", "expires", "last_used", "last_address", "revoked"]}),
    ]
    readonly_fields = [
        *("name", "owner", "state", "scope_list", "target_list"),
        *("created", "last_used", "last_address", "revoked"),
    ]
    list_display = ["name", "state", "owner", "scope_list", "target_list", "expires", "last_used"]
    list_filter = [StatusFilter, ExpiryFilter]
    list_per_page = 50
    list_select_related = ["owner"]
    search_help_text = _("Part of the name or of the owner's user name")
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ("name", "expires", "last_used")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Search by the token's name and its owner's, however the site's user model calls it."""
        return ("name", f"owner__{get_user_model().USERNAME_FIELD}")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Fetch with the targets, so that a list costs the same however long it is."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related("targets")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: whoever made one for somebody else would have seen that one's credential (N19)."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the end may be brought forward: of a live token only."""
        return bool(super().has_change_permission(request, obj)) and (obj is None or obj.is_live)

    @admin.display(description=_("state"))
    def state(self, row: Any) -> SafeString:
        """Whether it still works."""
        return status(row)

    @admin.display(description=_("scopes"))
    def scope_list(self, row: Any) -> str:
        """What it may be used for at most."""
        return ", ".join(row.scopes) or str(self.get_empty_value_display())

    @admin.display(description=_("targets"))
    def target_list(self, row: Any) -> str:
        """Where."""
        return ", ".join(target.name for target in row.targets.all()) or str(self.get_empty_value_display())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the end alone: the owner may have renewed the token since, and its old value must not come back."""
        rows = PersonalAccessToken.objects.using(obj._state.db).filter(pk=obj.pk, expires__gt=obj.expires)
        rows.update(expires=obj.expires, expiry_announced=None)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Revoke what was exchanged from it too."""
        endings.end(obj, because="revoked_in_admin")
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """The same of several."""
        for row in queryset:
            self.delete_model(request, row)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the token, with the way to its end for those who may take it."""
        row = self.get_object(request, object_id)
        may_revoke = row is not None and row.revoked is None and self.has_revoke_permission(request)
        return super().change_view(request, object_id, form_url, {"may_revoke": may_revoke, **(extra_context or {})})
