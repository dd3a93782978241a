"""Provide template tags for the admin page of a user: `{% load token_exchange_people %}{% links_about original %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib import admin
from django.contrib.admin.sites import all_sites

register = template.Library()


@register.inclusion_tag("admin/token_exchange/person/links.html", takes_context=True)
def links_about(context: dict[str, Any], person: Any) -> dict[str, Any]:
    """Show, as list items, the links about a user that the viewer may open; none for a user who is not saved yet."""
    # Django imports all tag libraries, even on a site without the admin, where this import would fail.
    from token_exchange.admin import users

    request = context["request"]
    if person is None or person.pk is None:
        return {"links": ()}
    name = getattr(request, "current_app", admin.site.name)
    site = next((site for site in all_sites if site.name == name), admin.site)
    return {"links": tuple(users.links(request, person, site))}
