"""Move a policy up or down: the first policy that allows an exchange decides it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import router, transaction
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.models import ExchangePolicy


def last_position() -> int:
    """Return the position after all policies."""
    highest: int | None = ExchangePolicy.objects.aggregate(highest=Max("position"))["highest"]
    return 1 if highest is None else highest + 1


def move(key: int, step: int) -> int | None:
    """Swap a policy with the next one up (step -1) or down (step 1).

    Return its new position, None if it is at that end already.
    """
    using = router.db_for_write(ExchangePolicy)
    with transaction.atomic(using=using):
        # The lock keeps two concurrent moves from writing the same position twice.
        rows = list(ExchangePolicy.objects.using(using).select_for_update().only("pk", "position"))
        old = [row.pk for row in rows].index(key)
        new = old + step
        if not 0 <= new < len(rows):
            return None
        rows[old], rows[new] = rows[new], rows[old]
        for place, row in enumerate(rows, start=1):
            # Every row gets its own position: policies that a script created may share one.
            if row.position != place:
                ExchangePolicy.objects.using(using).filter(pk=row.pk).update(position=place)
    return new + 1


class OrderedAdmin(admin.ModelAdmin):
    """Show two buttons that move a policy; each submits the form of the list, which holds the CSRF token."""

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's URLs with those of the two moves added."""
        view = self.admin_site.admin_view(self.move_view)
        moves = [
            path("<int:key>/up/", view, {"step": -1}, name=self._url_name("up")),
            path("<int:key>/down/", view, {"step": 1}, name=self._url_name("down")),
        ]
        return [*moves, *super().get_urls()]

    def _url_name(self, verb: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{verb}"

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns, without the buttons if the user may not change policies."""
        columns = super().get_list_display(request)
        if self.has_change_permission(request):
            return columns
        return ["position" if column == "order" else column for column in columns]

    @admin.display(description=_("position"))
    def order(self, row: Any) -> SafeString:
        """Return the position with the buttons that change it."""
        return format_html(
            '<span class="token-exchange-order">{}{}{}</span>',
            row.position,
            self._button(row, "up", "▲", gettext("Move up: %(policy)s")),
            self._button(row, "down", "▼", gettext("Move down: %(policy)s")),
        )

    def _button(self, row: Any, verb: str, sign: str, label: str) -> SafeString:
        url = reverse(f"{self.admin_site.name}:{self._url_name(verb)}", args=[row.pk])
        label %= {"policy": row.name}
        return format_html('<button formaction="{}" aria-label="{}" title="{}">{}</button>', url, label, label, sign)

    def move_view(self, request: HttpRequest, key: int, step: int) -> HttpResponse:
        """Move a policy on POST, if the user may change it, and go back to the list."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.get_object(request, str(key))
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        if (place := move(key, step)) is not None:
            self.log_change(request, row, [{"changed": {"fields": [gettext("position")]}}])
            message = gettext("“%(policy)s” is now at position %(place)s.") % {"policy": row, "place": place}
            self.message_user(request, message)
        return HttpResponseRedirect(reverse(f"{self.admin_site.name}:{self._url_name('changelist')}"))
