"""What a person's page in the admin leads to: acting as them, and who may."""

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
    """Adds the links to a site's own user admin; put it before the site's class.

    A class with a `change_form_template` of its own loads `token_exchange_people` there instead.
    """

    change_form_template: ClassVar[str] = "admin/token_exchange/person/change_form.html"


def links(request: HttpRequest, person: Any, site: Any) -> Iterator[tuple[str, str]]:
    """Yield label and URL of each page about this person that this viewer may open."""
    meta, key = get_user_model()._meta, [person.pk]
    if site.is_registered(ImpersonationTicket) and may_ask(request, person):
        yield gettext("Act as this user"), reverse(f"{site.name}:token_exchange_impersonationticket_ask", args=key)
    # The page that this leads to tells of permissions and of people.
    may_see_people = request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}")
    if may_see_people and may_read(ImpersonationPermission, request, site):
        yield (
            gettext("Who may act as whom"),
            reverse(f"{site.name}:token_exchange_impersonationpermission_person", args=key),
        )
