"""The admin of trusted issuers: whom this site believes, how far, and how that is going."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.issuer_actions import IssuerActionsAdmin
from token_exchange.admin.issuer_presets import PRESETS, initial
from token_exchange.admin.live_tokens import live_tokens
from token_exchange.admin.switching import SwitchedAdmin
from token_exchange.admin.trusted_issuer_form import TrustedIssuerForm
from token_exchange.models import IssuerHealth, LinkedAccount, TrustedIssuer
from token_exchange.provider.compat import own_issuers
from token_exchange.review.issuer_rules import objections_to
from token_exchange.stores import social_accounts

SOCIAL: Final = "allauth_provider"


@admin.register(TrustedIssuer)
class TrustedIssuerAdmin(IssuerActionsAdmin, SwitchedAdmin):
    """Issuers, each with its health."""

    form = TrustedIssuerForm
    change_form_template = "admin/token_exchange/trustedissuer/change_form.html"
    list_display = ["name", "issuer", "enabled", "last_outcome", "last_used"]
    list_filter = ["enabled", "key_source", "subject_mapping"]
    list_select_related = ["health"]
    search_fields = ["name", "issuer"]
    autocomplete_fields = ["created_group"]
    readonly_fields = ["last_fetch", "last_outcome", "last_used", "keys_in_use"]
    radio_fields = {"key_source": admin.VERTICAL, "subject_mapping": admin.VERTICAL}
    fieldsets = [
        (None, {"fields": ["name", "issuer", "enabled"]}),
        (_("What is believed"), {"fields": ["token_types", "audiences", "max_age", "single_use"]}),
        (
            _("How it is verified"),
            {"fields": ["key_source", "algorithms", "jwks_url", "pasted_keys", "allows_missing_key_id"]},
        ),
        (_("Introspection"), {"fields": ["introspection_url", "credentials"], "classes": ["collapse"]}),
        (_("Network"), {"fields": ["allows_private_network", "ca_bundle"], "classes": ["collapse"]}),
        (_("Which of its tokens"), {"fields": ["conditions", "mutable_claims_accepted"]}),
        (
            _("Who its subjects are"),
            {"fields": ["subject_mapping", "subject_claim", SOCIAL, "mapping_claim", "allows_privileged"]},
        ),
        (
            _("Users created on first sight"),
            {"fields": ["created_attributes", "created_group"], "classes": ["collapse"]},
        ),
        (_("What its tokens bring"), {"fields": ["scope_claim", "scopes", "copied_claims"]}),
        (_("Health"), {"fields": ["last_fetch", "last_outcome", "keys_in_use", "last_used"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the provider in django-allauth where there is a django-allauth."""
        fieldsets = super().get_fieldsets(request, obj)
        if social_accounts.are_kept():
            return fieldsets
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field != SOCIAL]})
            for name, options in fieldsets
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who saves, and where; the class is made anew for every request."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.acting_user, form.own_issuers = request.user, own_issuers(request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill the form from a preset that the URL names."""
        return initial(request.GET.get("preset", "")) or super().get_changeform_initial_data(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """Offer the presets."""
        presets = [(name, label) for name, (label, _values) in PRESETS.items()]
        return super().add_view(request, form_url, {"presets": presets, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and say how many tokens that has stopped."""
        super().save_model(request, obj, form, change)
        if change and "enabled" in form.changed_data and not obj.enabled:
            self.message_user(request, self.stopped([obj]), messages.WARNING)

    def refusals_to_enable(self, request: HttpRequest, row: Any) -> list[str]:
        """Ask of a row what its form would ask."""
        return [objection.message for objection in objections_to(row)]

    def tokens_stopped_by_disabling(self, rows: list[Any]) -> int:
        """Return how many live tokens were issued on these issuers' word."""
        return live_tokens().filter(trusted_issuer__in=[row.pk for row in rows]).count()

    @admin.display(description=_("last fetch"))
    def last_fetch(self, row: Any) -> Any:
        """When its keys were last asked for."""
        return _health(row).fetched

    @admin.display(description=_("outcome"))
    def last_outcome(self, row: Any) -> str:
        """What came of it."""
        return str(_health(row).outcome)

    @admin.display(description=_("last used"))
    def last_used(self, row: Any) -> Any:
        """When a token of it was last believed."""
        return _health(row).last_used

    @admin.display(description=_("keys"))
    def keys_in_use(self, row: Any) -> SafeString:
        """Its keys by id, and since when they are known."""
        keys = ((key["kid"] or "-", key["kty"], key["first_seen"][:16]) for key in _health(row).keys)
        return format_html_join("", "<div><code>{}</code> {} {}</div>", keys)


def _health(row: Any) -> IssuerHealth:
    return getattr(row, "health", None) or IssuerHealth()


@admin.register(LinkedAccount)
class LinkedAccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Which user an outside subject is."""

    list_display = ["subject", "trusted_issuer", "user", "created"]
    list_select_related = ["trusted_issuer", "user"]
    list_filter = ["trusted_issuer"]
    search_fields = ["subject"]
    autocomplete_fields = ["trusted_issuer", "user"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Newest first."""
        return super().get_queryset(request).order_by("-pk")
