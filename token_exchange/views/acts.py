"""The page on which people see who acted in their name, and put an end to it."""

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
    """Every act in the user's name; for the user in person, since it tells what others wrote about them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List a page of them, newest first; `?only=permission` those that began by an impersonation permission."""
        page, only = _page_number(request.GET.get("page", "1")), request.GET.get("only", "")
        if only not in ("", PERMISSION):
            raise Http404
        found, has_older = acts.of_subject(request.user, page=page, by_permission=only == PERMISSION)
        if not found and page > 1:
            raise Http404
        older = page + 1 if has_older and page < acts.MOST_PAGES else None
        return self.page("acts", acts=found, only=only, newer=page - 1, older=older)


class StopView(OwnTokensView):
    """The end of one of them."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        """Revoke what was obtained in the user's name, and everything derived from it."""
        record = acts.in_name_of(request.user, key)
        if record is None:
            raise Http404
        messages.success(request, _told(acts.stop(record)), fail_silently=True)
        return HttpResponseRedirect(reverse("token_exchange_account:acts"))


def _told(stopped: int) -> str:
    if not stopped:
        return gettext("That had ended already.")
    return ngettext("Stopped: %(count)d token ended.", "Stopped: %(count)d tokens ended.", stopped) % {"count": stopped}


def _page_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= acts.MOST_PAGES):
        raise Http404
    return int(text)
