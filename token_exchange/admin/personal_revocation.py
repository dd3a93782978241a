"""“Revoke this and everything exchanged from it” for personal access tokens: says how many that is, asks, does it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.guarded_admin import GuardedAdmin
from token_exchange.stores import personal_access_tokens, personal_endings


class PersonalRevocationAdmin(GuardedAdmin):
    """Adds the page and the action that revoke."""

    actions = ["revoke_selected"]

    def has_revoke_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this user may revoke: seeing a token is not enough (O01)."""
        return bool(request.user.has_perm("token_exchange.revoke_personalaccesstoken"))

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:key>/revoke/", view, name="token_exchange_personalaccesstoken_revoke"), *super().get_urls()]

    def revoke_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask on GET, which changes nothing; revoke on POST."""
        if not self.has_revoke_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        token = self.get_object(request, str(key))
        if token is None:
            raise Http404
        return self._revoke(request, token) if request.method == "POST" else self._ask(request, token)

    def _ask(self, request: HttpRequest, token: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Revoke this and everything exchanged from it"),
            "token": token,
            "derived": personal_access_tokens.live_descendants(token),
            "may_view": self.has_view_permission(request, token),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/token_exchange/personalaccesstoken/revoke.html", context)

    def _revoke(self, request: HttpRequest, token: Any) -> HttpResponse:
        self._tell(request, [self._end(request, token)])
        site = self.admin_site.name
        if self.has_view_permission(request, token):
            name = f"{site}:token_exchange_personalaccesstoken_change"
            return HttpResponseRedirect(reverse(name, args=[token.pk]))
        return HttpResponseRedirect(reverse(f"{site}:index"))

    @admin.action(description=_("Revoke selected %(verbose_name_plural)s"), permissions=["revoke"])
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke, and say how many live tokens stopped with them."""
        self._tell(request, [self._end(request, row) for row in queryset])

    def _end(self, request: HttpRequest, token: Any) -> int | None:
        with transaction.atomic(using=token._state.db):
            stopped = personal_endings.end(token, because="revoked_in_admin")
            if stopped is not None:
                self.log_change(request, token, gettext("Revoked, with everything exchanged from it."))
        return stopped

    def _tell(self, request: HttpRequest, stopped: list[int | None]) -> None:
        counts = [count for count in stopped if count is not None]
        ended = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", len(counts)) % {"count": len(counts)}
        total = sum(counts)
        also = ngettext("%(count)s live token stopped with it.", "%(count)s live tokens stopped with it.", total) % {
            "count": total
        }
        self.message_user(request, f"{ended} {also}", messages.SUCCESS if counts else messages.WARNING)
