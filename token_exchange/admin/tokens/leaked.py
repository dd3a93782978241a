"""Revoke a leaked personal access token by its value."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from token_exchange.admin.kit.guarded import GuardedAdmin
from token_exchange.personal_access_tokens.token_kind import revoke_leaked
from token_exchange.sts.vocabulary import MAX_TOKEN_BYTES
from token_exchange.tokens.parent_kinds import Leak


class LeakForm(forms.Form):
    """Ask for the value in a field that is masked, is not remembered by the browser and is never filled in again."""

    value = forms.CharField(
        label=_("Value"),
        max_length=MAX_TOKEN_BYTES,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "autofocus": True, "class": "vTextField"}),
    )


class LeakedTokensAdmin(GuardedAdmin):
    """Add the page; only users who may revoke tokens can open it, so that no other user can try values."""

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's URLs with that of the page added."""
        view = self.admin_site.admin_view(self.leaked_view)
        return [path("leaked/", view, name="token_exchange_personalaccesstoken_leaked"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, with a link to the page if this user may revoke tokens."""
        context = {"may_revoke": self.has_revoke_permission(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def has_revoke_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if this user may revoke; `PersonalRevocationAdmin` implements it."""
        raise NotImplementedError

    @method_decorator(sensitive_post_parameters("value"))
    @method_decorator(sensitive_variables())
    def leaked_view(self, request: HttpRequest) -> HttpResponse:
        """Show the form on GET; on POST revoke the token that has the value and notify its owner."""
        if not self.has_revoke_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        form = LeakForm(request.POST or None)
        if form.is_valid():
            leak = revoke_leaked(form.cleaned_data["value"])
            if leak is not None:
                return self._done(request, leak)
            form.add_error("value", gettext("No personal access token has this value. Check that it is complete."))
        return self._page(request, form)

    def _done(self, request: HttpRequest, leak: Leak) -> HttpResponse:
        if leak.stopped is not None:
            self.log_change(request, leak.row, gettext("Revoked, because its value had leaked."))
        level = messages.WARNING if leak.stopped is None else messages.SUCCESS
        self.message_user(request, self._sentence(request, leak), level)
        name = f"{self.admin_site.name}:token_exchange_personalaccesstoken_leaked"
        return HttpResponseRedirect(reverse(name))

    def _sentence(self, request: HttpRequest, leak: Leak) -> str:
        which = gettext("The token")
        if self.has_view_permission(request, leak.row):
            which = gettext("“%(name)s” of %(owner)s") % {"name": leak.row.name, "owner": leak.row.owner}
        if leak.stopped is None:
            return gettext("%(which)s had already been revoked.") % {"which": which}
        return ngettext(
            "%(which)s was revoked, with %(count)s active token derived from it. Its owner gets an e-mail.",
            "%(which)s was revoked, with %(count)s active tokens derived from it. Its owner gets an e-mail.",
            leak.stopped,
        ) % {"which": which, "count": leak.stopped}

    def _page(self, request: HttpRequest, form: LeakForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Revoke a leaked token"),
            "form": form,
            "may_view": self.has_view_permission(request),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/token_exchange/personalaccesstoken/leaked.html", context)
