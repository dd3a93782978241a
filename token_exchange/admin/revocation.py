"""“Revoke this and everything derived from it”: says how many that is, asks, and does it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import router, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext

from token_exchange.admin.guarded_admin import ModelAdmin
from token_exchange.models import ExchangedToken
from token_exchange.stores import lineage


class RevocableAdmin(ModelAdmin):
    """Adds the page that revokes a token with its descendants."""

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whether this user may revoke: seeing a token is not enough (O01)."""
        return bool(request.user.has_perm("token_exchange.revoke_exchangedtoken"))

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:key>/revoke/", view, name="token_exchange_exchangedtoken_revoke"), *super().get_urls()]

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
            "title": gettext("Revoke this and everything derived from it"),
            "token": token,
            "derived": len(lineage.descendants(token.fingerprint, _database())),
            "may_view": self.has_view_permission(request, token),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/token_exchange/exchangedtoken/revoke.html", context)

    def _revoke(self, request: HttpRequest, token: Any) -> HttpResponse:
        with transaction.atomic(using=_database()):
            stopped = lineage.revoke(token.fingerprint, _database(), because="revoked_in_admin")
            self.log_change(request, token, gettext("Revoked, with everything derived from it."))
        message = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", stopped) % {"count": stopped}
        self.message_user(request, message, messages.SUCCESS if stopped else messages.WARNING)
        site = self.admin_site.name
        if self.has_view_permission(request, token):
            return HttpResponseRedirect(reverse(f"{site}:token_exchange_exchangedtoken_change", args=[token.pk]))
        return HttpResponseRedirect(reverse(f"{site}:index"))


def _database() -> str:
    return router.db_for_write(ExchangedToken)
