"""Show who may act as a user, as whom the user may act, and the reasons."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from token_exchange.impersonation import permission_overview
from token_exchange.impersonation.permission_overview import MAX_SHOWN, Relation
from token_exchange.people import lookup
from token_exchange.wording.rule_words import check_in_words


def overview(admin: Any, request: HttpRequest, key: str) -> HttpResponse:
    """Show both lists; the viewer needs the permissions to view impersonation permissions and users."""
    model = get_user_model()
    may_see_users = request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
    if not (admin.has_view_permission(request) and may_see_users):
        raise PermissionDenied
    person, search = _person(key), request.GET.get("q", "")
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": gettext("Impersonation permissions of %(name)s") % {"name": person.get_username()},
        "person": person,
        "search": search,
        "most": MAX_SHOWN,
        "lists": [
            (gettext("Users whom this user may act as"), _rows(permission_overview.subjects_of(person, search))),
            (gettext("Others who may act as this user"), _rows(permission_overview.actors_for(person, search))),
        ],
        "media": admin.media,
    }
    return TemplateResponse(request, "admin/token_exchange/impersonationpermission/person.html", context)


def _person(key: str) -> Any:
    person = lookup.user_with_key(key)
    if person is None:
        raise Http404
    return person


def _rows(relations: list[Relation]) -> list[dict[str, object]]:
    return [
        {
            "other": relation.other,
            "permission": relation.permission,
            "may": not relation.failure,
            "why": check_in_words(relation.failure),
        }
        for relation in relations
    ]
