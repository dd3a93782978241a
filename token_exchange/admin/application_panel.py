"""The “Token exchange” panel on the toolkit's application page."""

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

from token_exchange.admin.kit.guarded import InPersonAdmin
from token_exchange.admin.policies.sentences import linked_sentences, may_read
from token_exchange.models import ExchangePolicy, Target
from token_exchange.policies import authority
from token_exchange.sts.policy import Effect
from token_exchange.wording.policy_sentence import with_what_it_names

POLICIES = ("may_exchange", "may_not_exchange", "named_in_policies")
TARGETS = ("owned_targets",)


class TokenExchangeApplicationMixin(InPersonAdmin):
    """Says on an application's page what it may exchange; put it before the toolkit's or the site's own class."""

    class Media:
        css = {"all": ["token_exchange/admin.css"]}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether this user may change applications: whoever sets a client's secret holds its rights."""
        allowed = super().has_change_permission(request, obj)
        return bool(allowed) and (obj is None or not authority.errors_in_saving(obj, request.user))

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Find an application by its client id as well, which autocompletion relies on."""
        return (*super().get_search_fields(request), "client_id")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Bring an order into what completion shows page by page; the toolkit's model has none."""
        ordered = queryset if queryset.ordered else queryset.order_by("name", "pk")
        return super().get_search_results(request, ordered, search_term)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Declare the panel's lines."""
        return (*super().get_readonly_fields(request, obj), *self._panel(request, obj))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the panel's lines out of the application's own fields."""
        panel = self._panel(request, obj)
        return [field for field in super().get_fields(request, obj) if field not in panel]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the panel at the end."""
        own = super().get_fieldsets(request, obj)
        panel = self._panel(request, obj)
        return [*own, (_("Token exchange"), {"fields": panel})] if panel else own

    def _panel(self, request: HttpRequest, obj: Any) -> tuple[str, ...]:
        # Nobody learns here what their own permissions would not show them elsewhere (O02).
        policies = POLICIES if may_read(ExchangePolicy, request, self.admin_site) else ()
        targets = TARGETS if may_read(Target, request, self.admin_site) else ()
        return () if obj is None else (*policies, *targets)

    @admin.display(description=_("may exchange"))
    def may_exchange(self, row: Any) -> SafeString:
        """What its permit policies say."""
        return self._sentences(Q(effect=Effect.PERMIT, client=row))

    @admin.display(description=_("denied by"))
    def may_not_exchange(self, row: Any) -> SafeString:
        """What the deny policies for it and for all clients say."""
        return self._sentences(Q(effect=Effect.DENY) & (Q(client=row) | Q(client=None)))

    @admin.display(description=_("named in"))
    def named_in_policies(self, row: Any) -> SafeString:
        """Policies of other clients that take its tokens or let it act."""
        named = Q(issuing_clients=row) | Q(actor_clients=row) | Q(may_act=row)
        return self._sentences(named & (Q(client=None) | ~Q(client=row)))

    @admin.display(description=_("resource server of"))
    def owned_targets(self, row: Any) -> SafeString:
        """The targets that it owns."""
        name = f"{self.admin_site.name}:token_exchange_target_change"
        targets = Target.objects.filter(owner=row)
        links = format_html_join(", ", '<a href="{}">{}</a>', ((reverse(name, args=[one.pk]), one) for one in targets))
        return links or format_html("{}", gettext("no target"))

    def _sentences(self, condition: Q) -> SafeString:
        # By key: the joins over several lists would name a policy once for each match.
        keys = ExchangePolicy.objects.filter(condition).values("pk")
        policies: QuerySet[Any] = with_what_it_names(ExchangePolicy.objects.filter(pk__in=keys))
        return linked_sentences(policies, self.admin_site.name)
