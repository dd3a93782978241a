"""Serve the pages on which users create, renew and revoke their own personal access tokens."""

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
    """Holds a token with the descriptions of its scopes."""

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
    """Serves a page to a logged-in user in person, about the user's own tokens."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raise `PermissionDenied` unless a session proves that the user is there in person, without an actor."""
        if not presence.is_in_person_by_session(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def own(self, key: int) -> PersonalAccessToken:
        """Return a token of the user that is not revoked; raise `Http404` for all others."""
        rows = PersonalAccessToken.objects.using(token_database()).filter(owner=self.request.user.pk, revoked=None)
        return get_object_or_404(rows, pk=key)

    def page(self, name: str, status: int = 200, **context: Any) -> HttpResponse:
        """Return the account page of this name, filled with the context."""
        return render(self.request, f"{FOLDER}/{name}.html", context, status=status)

    @sensitive_variables()
    def shown_once(self, made: NewToken, *, is_new: bool) -> HttpResponse:
        """Return the page that shows the value; a redirect would have to store the value in between."""
        return self.page("personal_access_token_shown", token=_described(made.row), value=made.value, is_new=is_new)


class TokensView(OwnTokensView):
    """Lists the user's tokens."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the user's tokens, active ones first."""
        tokens = [_described(row) for row in lookup.of_owner(request.user)]
        live = [token for token in tokens if token.row.is_live]
        ended = [token for token in tokens if not token.row.is_live]
        return self.page("personal_access_tokens", live=live, ended=ended)


class MakeView(OwnTokensView):
    """Creates a token."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the empty form."""
        return self.page("personal_access_token_new", form=MakingForm(owner=request.user))

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest) -> HttpResponse:
        """Create the token and show its value, or show the errors."""
        form = MakingForm(request.POST, owner=request.user)
        if form.is_valid():
            try:
                return self.shown_once(making.make(*form.described()), is_new=True)
            except making.Refused as refused:
                form.add_errors(refused.errors)
        return self.page("personal_access_token_new", status=400, form=form)


class RenewView(OwnTokensView):
    """Gives a token a new value and a new end."""

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        """Show the form for the new lifetime."""
        token = self.own(key)
        return self._form(token, RenewalForm(token=token))

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        """Renew the token and show its value, or show the errors."""
        token = self.own(key)
        form = RenewalForm(request.POST, token=token)
        if form.is_valid():
            try:
                return self.shown_once(making.renew(token, expires=form.cleaned_data["expires"]), is_new=False)
            except making.Refused as refused:
                form.add_errors(refused.errors)
        return self._form(token, form, status=400)

    def _form(self, token: PersonalAccessToken, form: LifetimeForm, status: int = 200) -> HttpResponse:
        derived = revocation.active_descendants(token)
        return self.page(
            "personal_access_token_renew", status=status, token=_described(token), form=form, derived=derived
        )


class RevokeView(OwnTokensView):
    """Revokes a token and its descendants."""

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask for confirmation, and show which tokens will be revoked."""
        token = self.own(key)
        derived = revocation.active_descendants(token)
        return self.page("personal_access_token_revoke", token=_described(token), derived=derived)

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        """Revoke the token and its descendants, and return to the list."""
        token = self.own(key)
        derived = revocation.revoke_by_owner(token)
        message = gettext("“%(name)s” was revoked.") % {"name": token.name}
        if derived:
            also = ngettext(
                "%(count)d token made from it was revoked too.",
                "%(count)d tokens made from it were revoked too.",
                derived,
            )
            message = f"{message} {also % {'count': derived}}"
        messages.success(request, message, fail_silently=True)
        return HttpResponseRedirect(reverse("token_exchange_account:tokens"))
