"""The admin of impersonation permissions: who may act as whom, read as sentences."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.db.models import Count, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.impersonation.overview import overview
from token_exchange.admin.impersonation.permission_form import ImpersonationPermissionForm
from token_exchange.admin.kit.active_tokens import active_tokens
from token_exchange.admin.kit.completion import CompletedAdmin
from token_exchange.admin.kit.rule_admin import RuleAdmin
from token_exchange.impersonation.validation import LISTS, errors_in, stored_lists
from token_exchange.models import ExchangeRecord, ImpersonationPermission
from token_exchange.wording.permission_sentence import spelled, with_what_it_names
from token_exchange.wording.rich_text import Phrase

FIELDSETS: list[tuple[Any, Any]] = [
    (None, {"fields": ["name", "effect", "description"]}),
    (_("Who acts"), {"fields": ["actor_users", "actor_groups", "actor_clients"]}),
    (
        _("For whom"),
        {"fields": ["subject_users", "subject_groups", "privileged_subjects", "privileged_knowingly"]},
    ),
    (_("How"), {"fields": ["methods", "reason_required", "reference_required", "approval_required"]}),
    (_("For where"), {"fields": ["clients", "targets", "scopes"]}),
    (_("Who is told"), {"fields": ["tells_subject", "copied"]}),
    (_("When, and whether at all"), {"fields": ["enabled", "emptied_knowingly", "begins", "ends"]}),
]


@admin.register(ImpersonationPermission)
class ImpersonationPermissionAdmin(CompletedAdmin, RuleAdmin):
    """Permissions, each with how often and when it was last used."""

    form = ImpersonationPermissionForm
    raw_id_fields = LISTS
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
        """Fetch with all that the sentences name, and with the uses on record."""
        used = ExchangeRecord.objects.filter(permission_key=OuterRef("pk")).order_by().values("permission_key")
        rows: QuerySet[Any] = with_what_it_names(super().get_queryset(request)).annotate(
            use_count=Coalesce(
                Subquery(used.annotate(count=Count("pk")).values("count")), 0, output_field=IntegerField()
            ),
            used_last=Subquery(used.annotate(last=Max("created")).values("last")),
        )
        return rows

    def get_urls(self) -> list[URLPattern]:
        """Add the page about one person."""
        person = path(
            "person/<path:key>/",
            self.admin_site.admin_view(self.person),
            name="token_exchange_impersonationpermission_person",
        )
        return [person, *super().get_urls()]

    def person(self, request: HttpRequest, key: str) -> Any:
        """Show who may act as this person, and as whom this person may act, and why."""
        return overview(self, request, key)

    @admin.display(description=_("used"))
    def uses(self, row: Any) -> int:
        """How many tokens were obtained under it, as far as records are kept."""
        count: int = row.use_count
        return count

    @admin.display(description=_("last used"))
    def last_use(self, row: Any) -> Any:
        """When a token was last obtained under it."""
        return row.used_last

    def spelled(self, row: Any) -> Phrase:
        """Return the permission as words and names."""
        return spelled(row)

    def refusals_to_enable(self, request: HttpRequest, row: Any) -> list[str]:
        """Ask of a permission what its form would ask."""
        return [error.message for error in errors_in(row, stored_lists(row))]

    def tokens_stopped_by_disabling(self, rows: list[Any]) -> int:
        """Return how many live tokens were obtained under these permissions."""
        return active_tokens().filter(permission__in=[row.pk for row in rows]).count()
