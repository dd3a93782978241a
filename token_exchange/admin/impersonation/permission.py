"""List and edit impersonation permissions; a sentence says who may act as whom."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.db.models import Count, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.impersonation.overview import overview
from token_exchange.admin.kit.active_tokens import active_tokens
from token_exchange.admin.kit.completion import AutocompleteAdmin
from token_exchange.admin.kit.rule_admin import RuleAdmin
from token_exchange.admin.kit.rule_form import RuleForm
from token_exchange.impersonation import validation
from token_exchange.models import ExchangeRecord, ImpersonationPermission
from token_exchange.models.validation import errors_in, relation_names, stored_lists
from token_exchange.wording.permission_sentence import phrase_of, with_named_rows
from token_exchange.wording.rich_text import Phrase

FIELDSETS: Final[list[tuple[Any, Any]]] = [
    (None, {"fields": ["name", "effect", "description"]}),
    (_("Actors"), {"fields": ["actor_users", "actor_groups", "actor_clients"]}),
    (
        _("Subjects"),
        {"fields": ["subject_users", "subject_groups", "privileged_subjects", "privileged_knowingly"]},
    ),
    (_("Conditions"), {"fields": ["methods", "reason_required", "reference_required", "approval_required"]}),
    (_("Clients, targets and scopes"), {"fields": ["clients", "targets", "scopes"]}),
    (_("Notification"), {"fields": ["notifies_subject", "copied_claims"]}),
    (_("Activation"), {"fields": ["enabled", "emptied_knowingly", "begins", "ends"]}),
]


class ImpersonationPermissionForm(RuleForm):
    """Refuse a permission that can never be used or that is dangerous."""

    rules = validation.RULES

    class Meta:
        model = ImpersonationPermission
        fields = "__all__"


@admin.register(ImpersonationPermission)
class ImpersonationPermissionAdmin(AutocompleteAdmin, RuleAdmin):
    """List permissions, each with the number and the time of its uses."""

    form = ImpersonationPermissionForm
    raw_id_fields = relation_names(ImpersonationPermission)
    rule_fieldsets = FIELDSETS
    radio_fields = {"effect": admin.HORIZONTAL}
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    list_display = ["headline", "effect", "enabled", "uses", "last_use"]
    list_display_links = None
    list_filter = ["enabled", "effect", "approval_required", "privileged_subjects"]
    list_per_page = 50
    search_fields = ["name", "description"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the permissions with all rows that their sentences name, and with their uses on record."""
        used = ExchangeRecord.objects.filter(permission_key=OuterRef("pk")).order_by().values("permission_key")
        count = Subquery(used.annotate(count=Count("pk")).values("count"))
        rows: QuerySet[Any] = with_named_rows(super().get_queryset(request)).annotate(
            use_count=Coalesce(count, 0, output_field=IntegerField()),
            used_last=Subquery(used.annotate(last=Max("created")).values("last")),
        )
        return rows

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's URLs with that of the page about one user added."""
        view, name = self.admin_site.admin_view(self.person), "token_exchange_impersonationpermission_person"
        return [path("person/<path:key>/", view, name=name), *super().get_urls()]

    def person(self, request: HttpRequest, key: str) -> Any:
        """Show who may act as this user, and as whom this user may act, with the reasons."""
        return overview(self, request, key)

    @admin.display(description=_("used"))
    def uses(self, row: Any) -> int:
        """Return the number of tokens issued under the permission, counted in the records that still exist."""
        count: int = row.use_count
        return count

    @admin.display(description=_("last used"))
    def last_use(self, row: Any) -> Any:
        """Return the time of the last token issued under the permission, None if there is none."""
        return row.used_last

    def phrase_of(self, row: Any) -> Phrase:
        """Return the permission as words and names."""
        return phrase_of(row)

    def validation_errors(self, request: HttpRequest, row: Any) -> list[str]:
        """Return the errors that the form would show for this permission."""
        return [error.message for error in errors_in(row, stored_lists(row), validation.RULES)]

    def tokens_stopped_by_disabling(self, rows: list[Any]) -> int:
        """Return the number of active tokens that were issued under these permissions."""
        return active_tokens().filter(permission__in=[row.pk for row in rows]).count()
