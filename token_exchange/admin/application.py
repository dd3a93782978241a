"""Add a “Token exchange” panel to the application admin of django-oauth-toolkit.

Name `ApplicationAdmin` in `OAUTH2_PROVIDER["APPLICATION_ADMIN_CLASS"]`.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oauth2_provider.admin import ApplicationAdmin as ToolkitApplicationAdmin

from token_exchange.admin.kit.guarded import InPersonAdmin
from token_exchange.admin.policies.sentences import linked_sentences, may_read
from token_exchange.models import ExchangePolicy, Target
from token_exchange.policies import authority
from token_exchange.sts.policy import Effect
from token_exchange.wording.policy_sentence import with_named_rows

POLICIES = ("may_exchange", "may_not_exchange", "named_in_policies")
TARGETS = ("owned_targets",)


class TokenExchangeApplicationMixin(InPersonAdmin):
    """Show on an application's page what it may exchange; list it before the toolkit's or the site's class."""

    class Media:
        css = {"all": ["token_exchange/admin.css"]}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if this user may change the application: a user who sets its secret gains its rights."""
        allowed = super().has_change_permission(request, obj)
        return bool(allowed) and (obj is None or not authority.errors_in_saving(obj, request.user))

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Return the search fields with the client id added, which autocompletion needs."""
        return (*super().get_search_fields(request), "client_id")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Return the results in a fixed order: autocompletion pages through them, and the toolkit's model has none."""
        ordered = queryset if queryset.ordered else queryset.order_by("name", "pk")
        return super().get_search_results(request, ordered, search_term)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the read-only fields with those of the panel added."""
        return (*super().get_readonly_fields(request, obj), *self._panel(request, obj))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the application's own fields, without those of the panel."""
        panel = self._panel(request, obj)
        return [field for field in super().get_fields(request, obj) if field not in panel]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the groups of fields with the panel added at the end."""
        own = super().get_fieldsets(request, obj)
        panel = self._panel(request, obj)
        return [*own, (_("Token exchange"), {"fields": panel})] if panel else own

    def _panel(self, request: HttpRequest, obj: Any) -> tuple[str, ...]:
        # The panel shows policies and targets only to users who may view them on their own pages.
        policies = POLICIES if may_read(ExchangePolicy, request, self.admin_site) else ()
        targets = TARGETS if may_read(Target, request, self.admin_site) else ()
        return () if obj is None else (*policies, *targets)

    @admin.display(description=_("may exchange"))
    def may_exchange(self, row: Any) -> SafeString:
        """Return the sentences of the application's permit policies."""
        return self._sentences(Q(effect=Effect.PERMIT, client=row))

    @admin.display(description=_("denied by"))
    def may_not_exchange(self, row: Any) -> SafeString:
        """Return the sentences of the deny policies for this application and for all clients."""
        return self._sentences(Q(effect=Effect.DENY) & (Q(client=row) | Q(client=None)))

    @admin.display(description=_("named in policies"))
    def named_in_policies(self, row: Any) -> SafeString:
        """Return the sentences of other clients' policies that accept its tokens or let it act."""
        named = Q(issued_to=row) | Q(actor_clients=row) | Q(may_act=row)
        return self._sentences(named & (Q(client=None) | ~Q(client=row)))

    @admin.display(description=_("resource server of"))
    def owned_targets(self, row: Any) -> SafeString:
        """Return links to the targets that the application owns."""
        name = f"{self.admin_site.name}:token_exchange_target_change"
        targets = Target.objects.filter(owner=row)
        links = format_html_join(", ", '<a href="{}">{}</a>', ((reverse(name, args=[one.pk]), one) for one in targets))
        return links or format_html("{}", gettext("no target"))

    def _sentences(self, condition: Q) -> SafeString:
        # The inner query selects keys, because the joins over several lists repeat a policy for each match.
        keys = ExchangePolicy.objects.filter(condition).values("pk")
        policies: QuerySet[Any] = with_named_rows(ExchangePolicy.objects.filter(pk__in=keys))
        return linked_sentences(policies, self.admin_site.name)


class ApplicationAdmin(TokenExchangeApplicationMixin, ToolkitApplicationAdmin):
    """Show the application admin of django-oauth-toolkit with the panel."""
