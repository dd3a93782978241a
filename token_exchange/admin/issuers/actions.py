"""Fetch an issuer's keys now, or disable the issuer and revoke all its tokens, from its page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext

from token_exchange.admin.kit.active_tokens import active_tokens
from token_exchange.configuration import key_locations
from token_exchange.tokens import lineage
from token_exchange.trusted_issuers import key_fetches
from token_exchange.wording.issuer_words import outcome_in_words


class IssuerActionsAdmin(admin.ModelAdmin):
    """Add both actions to an issuer's page; each needs a permission and a POST request."""

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's URLs with those of the two actions added."""
        guard, name = self.admin_site.admin_view, "token_exchange_trustedissuer"
        return [
            path("<int:key>/fetch/", guard(self.fetch_view), name=f"{name}_fetch"),
            path("<int:key>/revoke/", guard(self.revoke_view), name=f"{name}_revoke"),
            *super().get_urls(),
        ]

    def fetch_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Fetch the issuer's keys now, if the user may change the issuer; the permission to view is not enough."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self._row(request, key)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        outcome = key_fetches.fetch_now(key_locations.location_of(row))
        level = messages.SUCCESS if outcome in ("ok", "pasted") else messages.ERROR
        code = gettext("Result of the fetch: %(code)s.") % {"code": outcome}
        self.message_user(request, f"{code} {outcome_in_words(outcome)}", level)
        return self._back(row)

    def revoke_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Show the confirmation page on GET; on POST disable the issuer and revoke all tokens that derive from it."""
        row = self._row(request, key)
        allowed = request.user.has_perm("token_exchange.revoke_exchangedtoken")
        if not allowed or not self.has_change_permission(request, row):
            raise PermissionDenied
        tokens = active_tokens().filter(trusted_issuer=row.pk)
        if request.method == "POST":
            return self._disable_and_revoke(request, row, list(tokens.values_list("fingerprint", flat=True)))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Disable this issuer and revoke all tokens derived from it"),
            "issuer": row,
            "derived": tokens.count(),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/token_exchange/trustedissuer/revoke.html", context)

    def _disable_and_revoke(self, request: HttpRequest, row: Any, fingerprints: list[str]) -> HttpResponse:
        row.enabled = False
        row.save(update_fields=["enabled"])
        using = row._state.db
        stopped = sum(lineage.revoke(fingerprint, using, because="issuer_disabled") for fingerprint in fingerprints)
        self.log_change(request, row, gettext("Disabled, and all tokens derived from it revoked."))
        message = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", stopped) % {"count": stopped}
        self.message_user(request, message, messages.SUCCESS)
        return self._back(row)

    def _row(self, request: HttpRequest, key: int) -> Any:
        row = self.get_object(request, str(key))
        if row is None:
            raise Http404
        return row

    def _back(self, row: Any) -> HttpResponse:
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:token_exchange_trustedissuer_change", args=[row.pk])
        )
