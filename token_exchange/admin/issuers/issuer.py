"""List and edit trusted issuers, each of which says which external tokens are accepted, and for which users."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.issuers.actions import IssuerActionsAdmin
from token_exchange.admin.issuers.form import TrustedIssuerForm
from token_exchange.admin.issuers.health import IssuerHealthAdmin
from token_exchange.admin.issuers.presets import PRESETS, initial
from token_exchange.admin.kit.active_tokens import active_tokens
from token_exchange.admin.kit.completion import AutocompleteAdmin
from token_exchange.admin.kit.switching import SwitchedAdmin
from token_exchange.models import TrustedIssuer
from token_exchange.toolkit.compat import local_issuers
from token_exchange.trusted_issuers import social_accounts
from token_exchange.trusted_issuers.validation.errors import errors_in_issuer
from token_exchange.trusted_issuers.validation.pasted_keys import warnings_about_pasted

IDENTITY: Final = (None, {"fields": ["name", "issuer", "enabled"]})
HEALTH: Final = (_("Health"), {"fields": ["last_fetch", "last_outcome", "keys_in_use", "keys_left_out", "last_used"]})
SUBJECTS: Final = ["subject_mapping", "subject_claim", "mapping_claim", "allauth_provider", "privileged_subjects"]
VERIFICATION: Final[list[tuple[Any, Any]]] = [
    (_("Accepted tokens"), {"fields": ["token_types", "audiences", "audience_claim", "max_age", "single_use"]}),
    (_("Keys"), {"fields": ["verification", "algorithms", "jwks_url", "pasted_keys", "allows_missing_key_id"]}),
    (_("Introspection"), {"fields": ["introspection_url", "credentials"], "classes": ["collapse"]}),
    (_("Network"), {"fields": ["allows_private_network", "ca_bundle"], "classes": ["collapse"]}),
    (_("Conditions"), {"fields": ["conditions", "sole_tenant", "accepts_mutable_claims"]}),
]
RESULT: Final[list[tuple[Any, Any]]] = [
    (_("Users created automatically"), {"fields": ["new_user_attributes", "new_user_group"], "classes": ["collapse"]}),
    (_("Scopes and claims"), {"fields": ["scope_claim", "scope_mapping", "copied_claims"]}),
]


@admin.register(TrustedIssuer)
class TrustedIssuerAdmin(IssuerActionsAdmin, IssuerHealthAdmin, AutocompleteAdmin, SwitchedAdmin):
    """List and edit issuers, each with its health."""

    form = TrustedIssuerForm
    change_form_template = "admin/token_exchange/trustedissuer/change_form.html"
    list_display = ["name", "issuer", "enabled", "state", "last_used"]
    list_filter = ["enabled", "verification", "subject_mapping"]
    list_select_related = ["health"]
    search_fields = ["name", "issuer"]
    raw_id_fields = ("new_user_group",)
    readonly_fields = ["last_fetch", "last_outcome", "last_used", "keys_in_use", "keys_left_out"]
    radio_fields = {"verification": admin.VERTICAL, "subject_mapping": admin.VERTICAL}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the groups of fields in the order of setting an issuer up, with the health of a stored issuer."""
        # A site without django-allauth is not asked for a provider.
        subjects = [field for field in SUBJECTS if field != "allauth_provider" or social_accounts.are_kept()]
        health = [HEALTH] if obj is not None else []
        return [IDENTITY, *health, *VERIFICATION, (_("Subjects"), {"fields": subjects}), *RESULT]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form class with the issuer identifiers of this server set."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.local_issuers = local_issuers(request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the initial values of the preset that the URL names, if any."""
        return initial(request.GET.get("preset", "")) or super().get_changeform_initial_data(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """Show the form with links to the presets."""
        presets = [(name, label) for name, (label, _values) in PRESETS.items()]
        return super().add_view(request, form_url, {"presets": presets, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the issuer, then warn about pasted keys that cannot be used."""
        super().save_model(request, obj, form, change)
        for warning in warnings_about_pasted(obj):
            self.message_user(request, warning, messages.WARNING)

    def validation_errors(self, request: HttpRequest, row: Any) -> list[str]:
        """Return the errors that the form would show for this issuer."""
        return [error.message for error in errors_in_issuer(row)]

    def tokens_stopped_by_disabling(self, rows: list[Any]) -> int:
        """Return the number of active tokens that were issued in exchange for tokens of these issuers."""
        return active_tokens().filter(trusted_issuer__in=[row.pk for row in rows]).count()
