"""Link a user's admin page to the pages about acting as this user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from token_exchange.admin.impersonation.ticket_asking import may_ask
from token_exchange.admin.policies.sentences import may_read
from token_exchange.models import ImpersonationPermission, ImpersonationTicket


class TokenExchangeUserMixin(admin.ModelAdmin):
    """Add the links to a site's own user admin; list it before the site's base class.

    A class that has its own `change_form_template` loads the tag library `token_exchange_people` in it instead.
    """

    change_form_template: ClassVar[str] = "admin/token_exchange/person/change_form.html"


def links(request: HttpRequest, person: Any, site: Any) -> Iterator[tuple[str, str]]:
    """Yield the label and the URL of each page about this user that the viewer may open."""
    meta, key = get_user_model()._meta, [person.pk]
    if site.is_registered(ImpersonationTicket) and may_ask(request, person):
        yield gettext("Act as this user"), reverse(f"{site.name}:token_exchange_impersonationticket_ask", args=key)
    # The page shows both permissions and users.
    may_see_people = request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}")
    if may_see_people and may_read(ImpersonationPermission, request, site):
        yield (
            gettext("Impersonation permissions"),
            reverse(f"{site.name}:token_exchange_impersonationpermission_person", args=key),
        )
