"""Show users who acted in their name, and let them stop it."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from token_exchange.impersonation import acts
from token_exchange.views.personal_access_tokens import OwnTokensView

PERMISSION: Final = "permission"


class ActsView(OwnTokensView):
    """Lists acts in the user's name, to that user in person only, because reasons of other users may be private."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the acts, newest first; with `?only=permission`, those that an impersonation permission allowed."""
        page, only = _page_number(request.GET.get("page", "1")), request.GET.get("only", "")
        if only not in ("", PERMISSION):
            raise Http404
        found, has_older = acts.of_subject(request.user, page=page, by_permission=only == PERMISSION)
        if not found and page > 1:
            raise Http404
        older = page + 1 if has_older and page < acts.MAX_PAGE else None
        return self.page("acts", acts=found, only=only, newer=page - 1, older=older)


class StopView(OwnTokensView):
    """Stops one act in the user's name."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        """Revoke the token that the actor obtained, and its descendants."""
        record = acts.record_of(request.user, key)
        if record is None:
            raise Http404
        messages.success(request, _message(acts.stop(record)), fail_silently=True)
        return HttpResponseRedirect(reverse("token_exchange_account:acts"))


def _message(stopped: int) -> str:
    if not stopped:
        return gettext("This act had already ended.")
    return ngettext("Stopped. %(count)d token was revoked.", "Stopped. %(count)d tokens were revoked.", stopped) % {
        "count": stopped
    }


def _page_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= acts.MAX_PAGE):
        raise Http404
    return int(text)
