"""List and edit targets, for which tokens are issued."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.active_tokens import active_for_targets
from token_exchange.admin.kit.completion import AutocompleteAdmin
from token_exchange.admin.kit.switching import SwitchedAdmin
from token_exchange.admin.policies.sentences import linked_sentences, may_read
from token_exchange.models import ExchangePolicy, Target
from token_exchange.policies.nested_targets import are_texts, nestings
from token_exchange.wording.policy_sentence import with_named_rows


@admin.register(Target)
class TargetAdmin(AutocompleteAdmin, SwitchedAdmin):
    """Show targets, each with the policies that name it."""

    raw_id_fields = ("owner",)
    readonly_fields = ["policies_here"]
    list_display = ["name", "enabled", "owner", "scope_list", "description"]
    list_filter = ["enabled"]
    list_select_related = ["owner"]
    search_fields = ["name", "description"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the groups of fields; the policies are shown to users who may view policies."""
        fieldsets: list[Any] = [
            (None, {"fields": ["name", "description", "enabled"]}),
            (_("Resource server"), {"fields": ["resources", "owner"]}),
            (_("Tokens"), {"fields": ["scopes", "max_lifetime", "token_format", "pairwise_subjects"]}),
        ]
        if obj is not None and may_read(ExchangePolicy, request, self.admin_site):
            fieldsets.append((_("Policies"), {"fields": ["policies_here"]}))
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the read-only fields; the name of a stored target is one, because tokens hold it as their audience."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else [*fields, "name"]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the row, then warn about resource URIs of other targets that overlap with its own."""
        super().save_related(request, form, formsets, change)
        targets = Target.objects.values_list("name", "resources")
        for above, outer, below, inner in nestings((name, uris) for name, uris in targets if are_texts(uris)):
            if form.instance.name in (above, below):
                words = gettext(
                    "%(inner)s of target “%(below)s” lies below %(outer)s of target “%(above)s”. A resource server "
                    "that compares only the beginning of a URI would confuse them."
                )
                warning = words % {"inner": inner, "below": below, "outer": outer, "above": above}
                self.message_user(request, warning, messages.WARNING)

    def validation_errors(self, request: HttpRequest, row: Any) -> list[str]:
        """Return the errors that the form would show for this target."""
        try:
            row.full_clean(validate_unique=False)
        except ValidationError as error:
            return error.messages
        return []

    @admin.display(description=_("scopes"))
    def scope_list(self, row: Any) -> SafeString:
        """Return the scopes as HTML."""
        scopes = row.scopes if isinstance(row.scopes, list) else ()
        return format_html_join(" ", "<code>{}</code>", ((scope,) for scope in scopes))

    @admin.display(description=_("policies"))
    def policies_here(self, row: Any) -> SafeString:
        """Return the sentences of the policies that name this target."""
        policies: QuerySet[Any] = with_named_rows(row.policies.all())
        return linked_sentences(policies, self.admin_site.name)

    def tokens_stopped_by_disabling(self, rows: list[Any]) -> int:
        """Return the number of active tokens whose audience holds one of these targets."""
        return active_for_targets([row.name for row in rows])
