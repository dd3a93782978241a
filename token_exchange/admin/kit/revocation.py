"""“Revoke this and everything derived from it”: says how many that is, asks, and does it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from token_exchange.admin.kit.read_only_admin import GuardedAdmin


class RevocableAdmin(GuardedAdmin):
    """Adds the page that revokes a token with its descendants; each kind of token says how."""

    revoke_title: Any

    def live_descendants(self, token: Any) -> int:
        """Return how many live tokens end with it."""
        raise NotImplementedError

    def revoke(self, request: HttpRequest, token: Any) -> None:
        """Revoke it, and tell what that came to."""
        raise NotImplementedError

    def has_revoke_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this user may revoke: seeing a token is not enough (O01)."""
        return bool(request.user.has_perm(f"token_exchange.revoke_{self.opts.model_name}"))

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:key>/revoke/", view, name=self._name("revoke")), *super().get_urls()]

    def revoke_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask on GET, which changes nothing; revoke on POST."""
        if not self.has_revoke_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        token = self.get_object(request, str(key))
        if token is None:
            raise Http404
        if request.method == "GET":
            return self._ask(request, token)
        self.revoke(request, token)
        return self._back(request, token)

    def _ask(self, request: HttpRequest, token: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.revoke_title,
            "token": token,
            "derived": self.live_descendants(token),
            "may_view": self.has_view_permission(request, token),
            "media": self.media,
        }
        return TemplateResponse(request, f"admin/token_exchange/{self.opts.model_name}/revoke.html", context)

    def _back(self, request: HttpRequest, token: Any) -> HttpResponse:
        site = self.admin_site.name
        if not self.has_view_permission(request, token):
            return HttpResponseRedirect(reverse(f"{site}:index"))
        return HttpResponseRedirect(reverse(f"{site}:{self._name('change')}", args=[token.pk]))

    def _name(self, page: str) -> str:
        return f"token_exchange_{self.opts.model_name}_{page}"
