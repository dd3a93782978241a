"""The admin of trusted issuers: whom this site believes, how far, and how that is going."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.issuers.actions import IssuerActionsAdmin
from token_exchange.admin.issuers.form import TrustedIssuerForm
from token_exchange.admin.issuers.health import IssuerConditionAdmin
from token_exchange.admin.issuers.presets import PRESETS, initial
from token_exchange.admin.kit.active_tokens import active_tokens
from token_exchange.admin.kit.authority import AuthorityAdmin
from token_exchange.admin.kit.completion import CompletedAdmin
from token_exchange.admin.kit.switching import SwitchedAdmin
from token_exchange.models import LinkedAccount, TrustedIssuer
from token_exchange.policies import authority
from token_exchange.toolkit.compat import local_issuers
from token_exchange.trusted_issuers import social_accounts
from token_exchange.trusted_issuers.pasted_keys import remarks_on_pasted
from token_exchange.trusted_issuers.validation import objections_to


@admin.register(TrustedIssuer)
class TrustedIssuerAdmin(IssuerActionsAdmin, IssuerConditionAdmin, CompletedAdmin, SwitchedAdmin):
    """Issuers, each with its health."""

    form = TrustedIssuerForm
    change_form_template = "admin/token_exchange/trustedissuer/change_form.html"
    list_display = ["name", "issuer", "enabled", "state", "last_used"]
    list_filter = ["enabled", "key_source", "subject_mapping"]
    list_select_related = ["health"]
    search_fields = ["name", "issuer"]
    raw_id_fields = ("created_group",)
    readonly_fields = ["last_fetch", "last_outcome", "last_used", "keys_in_use", "keys_left_out"]
    radio_fields = {"key_source": admin.VERTICAL, "subject_mapping": admin.VERTICAL}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Group the fields, with the health of a row that exists."""
        return fieldsets_for(obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form what this server is called."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.local_issuers = local_issuers(request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill the form from a preset that the URL names."""
        return initial(request.GET.get("preset", "")) or super().get_changeform_initial_data(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """Offer the presets."""
        presets = [(name, label) for name, (label, _values) in PRESETS.items()]
        return super().add_view(request, form_url, {"presets": presets, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and name the pasted keys that are left out."""
        super().save_model(request, obj, form, change)
        for told in remarks_on_pasted(obj):
            self.message_user(request, told, messages.WARNING)

    def refusals_to_enable(self, request: HttpRequest, row: Any) -> list[str]:
        """Ask of a row what its form would ask."""
        return [error.message for error in objections_to(row)]

    def tokens_stopped_by_disabling(self, rows: list[Any]) -> int:
        """Return how many live tokens were issued on these issuers' word."""
        return active_tokens().filter(trusted_issuer__in=[row.pk for row in rows]).count()


@admin.register(LinkedAccount)
class LinkedAccountAdmin(CompletedAdmin, AuthorityAdmin):
    """Which user an external subject is; to write it takes the right to change users as well."""

    list_display = ["subject", "trusted_issuer", "user", "created"]
    list_select_related = ["trusted_issuer", "user"]
    list_filter = ["trusted_issuer"]
    search_fields = ["subject"]
    raw_id_fields = ("trusted_issuer", "user")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Newest first."""
        return super().get_queryset(request).order_by("-pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether this user may link accounts."""
        return super().has_add_permission(request) and authority.may_change_users(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether this user may change links, this one or any."""
        allowed = super().has_change_permission(request, obj) and authority.may_change_users(request.user)
        return allowed and (obj is None or not authority.objections_to(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether this user may delete links, this one or any."""
        return super().has_delete_permission(request, obj) and authority.may_change_users(request.user)


WHO: Final = (None, {"fields": ["name", "issuer", "enabled"]})
HEALTH: Final = (_("Health"), {"fields": ["last_fetch", "last_outcome", "keys_in_use", "keys_left_out", "last_used"]})
SUBJECTS: Final = ["subject_mapping", "subject_claim", "mapping_claim", "allauth_provider", "allows_privileged"]
TRUST: Final[list[tuple[Any, Any]]] = [
    (_("What is believed"), {"fields": ["token_types", "audiences", "audience_claim", "max_age", "single_use"]}),
    (
        _("How it is verified"),
        {"fields": ["key_source", "algorithms", "jwks_url", "pasted_keys", "allows_missing_key_id"]},
    ),
    (_("Introspection"), {"fields": ["introspection_url", "credentials"], "classes": ["collapse"]}),
    (_("Network"), {"fields": ["allows_private_network", "ca_bundle"], "classes": ["collapse"]}),
    (_("Which of its tokens"), {"fields": ["conditions", "is_own_alone", "mutable_claims_accepted"]}),
]
EFFECT: Final[list[tuple[Any, Any]]] = [
    (_("Users created on first sight"), {"fields": ["created_attributes", "created_group"], "classes": ["collapse"]}),
    (_("What its tokens bring"), {"fields": ["scope_claim", "scopes", "copied_claims"]}),
]


def fieldsets_for(row: Any) -> list[tuple[Any, Any]]:
    """Return the groups of fields for a row, None for one to be added."""
    # Where there is no django-allauth, nobody is asked about it.
    subjects = [field for field in SUBJECTS if field != "allauth_provider" or social_accounts.are_kept()]
    health = [HEALTH] if row is not None else []
    return [WHO, *health, *TRUST, (_("Who its subjects are"), {"fields": subjects}), *EFFECT]
