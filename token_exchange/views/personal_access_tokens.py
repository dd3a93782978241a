"""The pages on which people make, renew and revoke their own personal access tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_deny
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_variables
from django.views.generic import View

from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import lookup, making, revocation
from token_exchange.personal_access_tokens.making import NewToken
from token_exchange.provider.in_person import presence
from token_exchange.toolkit.compat import scope_descriptions, token_database
from token_exchange.views.personal_access_token_form import LifetimeForm, MakingForm, RenewalForm

FOLDER = "token_exchange/account"


@dataclass(frozen=True, slots=True)
class Described:
    """A token, and its scopes in words."""

    row: PersonalAccessToken
    scopes: list[tuple[str, str]]


def _described(row: PersonalAccessToken) -> Described:
    descriptions = scope_descriptions()
    return Described(row, [(scope, descriptions.get(scope, "")) for scope in row.scopes])


@method_decorator(never_cache, name="dispatch")
@method_decorator(xframe_options_deny, name="dispatch")
@method_decorator(csrf_protect, name="dispatch")
@method_decorator(login_required, name="dispatch")
class OwnTokensView(View):
    """A page for people who have logged in, about their own tokens only."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the user of a session, and refuse a token and everyone who acts for the user."""
        if not presence.is_in_person_by_session(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def own(self, key: int) -> PersonalAccessToken:
        """Return a token of the user that is not revoked; anybody else's does not exist (N11)."""
        rows = PersonalAccessToken.objects.using(token_database()).filter(owner=self.request.user.pk, revoked=None)
        return get_object_or_404(rows, pk=key)

    def page(self, name: str, status: int = 200, **context: Any) -> HttpResponse:
        """Return a page of ours."""
        return render(self.request, f"{FOLDER}/{name}.html", context, status=status)

    @sensitive_variables()
    def shown_once(self, made: NewToken, *, is_new: bool) -> HttpResponse:
        """Return the only page that ever shows the value; no redirect, because it may lie nowhere in between."""
        return self.page("personal_access_token_shown", token=_described(made.row), value=made.value, is_new=is_new)


class TokensView(OwnTokensView):
    """What there is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the user's tokens, those that have ended after the others."""
        tokens = [_described(row) for row in lookup.of_owner(request.user)]
        live = [token for token in tokens if token.row.is_live]
        ended = [token for token in tokens if not token.row.is_live]
        return self.page("personal_access_tokens", live=live, ended=ended)


class MakeView(OwnTokensView):
    """A new token."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the empty form."""
        return self.page("personal_access_token_new", form=MakingForm(owner=request.user))

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the token and show its value, or say what is wrong."""
        form = MakingForm(request.POST, owner=request.user)
        if form.is_valid():
            try:
                return self.shown_once(making.make(*form.described()), is_new=True)
            except making.Refused as refused:
                form.object_with(refused.errors)
        return self.page("personal_access_token_new", status=400, form=form)


class RenewView(OwnTokensView):
    """Another value for a token."""

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask, and until when the new value is to live."""
        token = self.own(key)
        return self._asked(token, RenewalForm(token=token))

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        """Renew the token and show its value, or say what is wrong."""
        token = self.own(key)
        form = RenewalForm(request.POST, token=token)
        if form.is_valid():
            try:
                return self.shown_once(making.renew(token, expires=form.cleaned_data["expires"]), is_new=False)
            except making.Refused as refused:
                form.object_with(refused.errors)
        return self._asked(token, form, status=400)

    def _asked(self, token: PersonalAccessToken, form: LifetimeForm, status: int = 200) -> HttpResponse:
        derived = revocation.active_descendants(token)
        return self.page(
            "personal_access_token_renew", status=status, token=_described(token), form=form, derived=derived
        )


class RevokeView(OwnTokensView):
    """The end of a token and of what was exchanged from it."""

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask, and say what stops."""
        token = self.own(key)
        derived = revocation.active_descendants(token)
        return self.page("personal_access_token_revoke", token=_described(token), derived=derived)

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        """Revoke the token."""
        token = self.own(key)
        derived = revocation.revoke_by_owner(token)
        told = gettext("“%(name)s” is revoked.") % {"name": token.name}
        if derived:
            also = ngettext("%(count)d token stopped with it.", "%(count)d tokens stopped with it.", derived)
            told = f"{told} {also % {'count': derived}}"
        messages.success(request, told, fail_silently=True)
        return HttpResponseRedirect(reverse("token_exchange_account:tokens"))
