"""Revoke a token with everything derived from it, from its page or by an action of the list."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import router, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.guarded import GuardedAdmin
from token_exchange.models import ExchangedToken
from token_exchange.personal_access_tokens import revocation
from token_exchange.tokens import lineage


class RevocableAdmin(GuardedAdmin):
    """Add the page that revokes a token and its descendants; a subclass for each kind of token does the work."""

    revoke_title = _("Revoke this token and everything derived from it")

    def active_descendants(self, token: Any) -> int:
        """Return the number of active tokens that are revoked with this token."""
        raise NotImplementedError

    def revoke(self, request: HttpRequest, token: Any) -> None:
        """Revoke the token and show the number of revoked tokens as a message."""
        raise NotImplementedError

    def has_revoke_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if this user has the permission to revoke; the permission to view is not enough."""
        return bool(request.user.has_perm(f"token_exchange.revoke_{self.opts.model_name}"))

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's URLs with that of the page added."""
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:key>/revoke/", view, name=self._name("revoke")), *super().get_urls()]

    def revoke_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Show the confirmation page on GET, which changes nothing; revoke on POST."""
        if not self.has_revoke_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        token = self.get_object(request, str(key))
        if token is None:
            raise Http404
        if request.method == "GET":
            return self._confirmation(request, token)
        self.revoke(request, token)
        return self._back(request, token)

    def _confirmation(self, request: HttpRequest, token: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.revoke_title,
            "token": token,
            "derived": self.active_descendants(token),
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


class ExchangedRevocationAdmin(RevocableAdmin):
    """Revoke an exchanged token with every token that descends from it as subject token or as actor token."""

    def active_descendants(self, token: Any) -> int:
        """Return the number of active tokens that descend from this one."""
        return len(lineage.descendants(token.fingerprint, _database()))

    def revoke(self, request: HttpRequest, token: Any) -> None:
        """Revoke the token and its descendants, and show how many tokens that were, this one included."""
        with transaction.atomic(using=_database()):
            stopped = lineage.revoke(token.fingerprint, _database(), because="revoked_in_admin")
            self.log_change(request, token, gettext("Revoked, with everything derived from it."))
        message = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", stopped) % {"count": stopped}
        self.message_user(request, message, messages.SUCCESS if stopped else messages.WARNING)


def _database() -> str:
    return router.db_for_write(ExchangedToken)


class PersonalRevocationAdmin(RevocableAdmin):
    """Revoke personal access tokens from their page or, several at once, by an action of the list."""

    actions = ["revoke_selected"]

    def active_descendants(self, token: Any) -> int:
        """Return the number of active tokens that descend from this one."""
        return revocation.active_descendants(token)

    def revoke(self, request: HttpRequest, token: Any) -> None:
        """Revoke the token and show the number of revoked descendants."""
        self._report(request, [self._revoke(request, token)])

    @admin.action(description=_("Revoke selected %(verbose_name_plural)s"), permissions=["revoke"])
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke the chosen tokens and show the number of revoked descendants."""
        self._report(request, [self._revoke(request, row) for row in queryset])

    def _revoke(self, request: HttpRequest, token: Any) -> int | None:
        """Return the number of revoked descendants, None if the token had been revoked before."""
        with transaction.atomic(using=token._state.db):
            stopped = revocation.revoke_on_record(token, because="revoked_in_admin")
            if stopped is not None:
                self.log_change(request, token, gettext("Revoked, with everything derived from it."))
        return stopped

    def _report(self, request: HttpRequest, stopped: list[int | None]) -> None:
        counts = [count for count in stopped if count is not None]
        ended = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", len(counts)) % {"count": len(counts)}
        total = sum(counts)
        derived = ngettext(
            "%(count)s active derived token was revoked too.",
            "%(count)s active derived tokens were revoked too.",
            total,
        ) % {"count": total}
        self.message_user(request, f"{ended} {derived}", messages.SUCCESS if counts else messages.WARNING)
