"""List personal access tokens; administrators shorten or revoke them, only owners create them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.filters import ExpiryFilter, StatusFilter
from token_exchange.admin.kit.revocation import PersonalRevocationAdmin
from token_exchange.admin.tokens.display import status
from token_exchange.admin.tokens.leaked import LeakedTokensAdmin
from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import revocation


class EarlierExpiryForm(forms.ModelForm):
    """Accept an earlier expiry, the only change that an administrator may make."""

    class Meta:
        model = PersonalAccessToken
        fields = ["expires"]

    def clean_expires(self) -> datetime:
        """Return the new expiry, or refuse one that is later than the present expiry or in the past."""
        expires: datetime = self.cleaned_data["expires"]
        if expires > self.initial["expires"]:
            raise ValidationError(gettext("You can only choose an earlier time. Only the owner can renew the token."))
        if expires <= timezone.now():
            raise ValidationError(gettext("This time has passed. To end the token now, revoke it."))
        return expires


@admin.register(PersonalAccessToken)
class PersonalAccessTokenAdmin(PersonalRevocationAdmin, LeakedTokensAdmin):
    """Show personal access tokens without their values and fingerprints."""

    change_form_template = "admin/token_exchange/personalaccesstoken/change_form.html"
    change_list_template = "admin/token_exchange/personalaccesstoken/change_list.html"
    form = EarlierExpiryForm
    fieldsets = [
        (None, {"fields": ["name", "owner", "state", "scope_list", "target_list"]}),
        (_("Times"), {"fields": ["created", "expires", "last_used", "last_address", "revoked"]}),
    ]
    readonly_fields = [
        *("name", "owner", "state", "scope_list", "target_list"),
        *("created", "last_used", "last_address", "revoked"),
    ]
    list_display = ["name", "state", "owner", "scope_list", "target_list", "expires", "last_used"]
    list_filter = [StatusFilter, ExpiryFilter]
    list_per_page = 50
    list_select_related = ["owner"]
    search_help_text = _("Part of the token's name or of its owner's user name")
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ("name", "expires", "last_used")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Return the token's name and the owner's user name, which a site's user model may call differently."""
        return ("name", f"owner__{get_user_model().USERNAME_FIELD}")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the tokens with their targets prefetched: the number of queries does not grow with the list."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related("targets")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: an administrator who created a token for a user would see that user's credential."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if this user may choose an earlier expiry; only an active token has one to change."""
        return bool(super().has_change_permission(request, obj)) and (obj is None or obj.is_live)

    @admin.display(description=_("status"))
    def state(self, row: Any) -> SafeString:
        """Return the token's status."""
        return status(row)

    @admin.display(description=_("scopes"))
    def scope_list(self, row: Any) -> str:
        """Return the scopes that the token may be used for."""
        return ", ".join(row.scopes) or str(self.get_empty_value_display())

    @admin.display(description=_("targets"))
    def target_list(self, row: Any) -> str:
        """Return the names of the targets that the token may be used for."""
        return ", ".join(target.name for target in row.targets.all()) or str(self.get_empty_value_display())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the expiry alone: if the owner renewed the token meanwhile, its old value must not come back."""
        rows = PersonalAccessToken.objects.using(obj._state.db).filter(pk=obj.pk, expires__gt=obj.expires)
        rows.update(expires=obj.expires, expiry_announced=None)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Revoke the token and its descendants, then delete it."""
        revocation.revoke_on_record(obj, because="revoked_in_admin")
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke and delete each of the tokens."""
        for row in queryset:
            self.delete_model(request, row)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the token, with a link to its revocation if this user may revoke it."""
        row = self.get_object(request, object_id)
        may_revoke = row is not None and row.revoked is None and self.has_revoke_permission(request)
        return super().change_view(request, object_id, form_url, {"may_revoke": may_revoke, **(extra_context or {})})
