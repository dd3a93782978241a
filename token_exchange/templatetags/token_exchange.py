"""`{% load token_exchange %}`: what a site's own pages show."""

from __future__ import annotations

from django import template
from django.template import Context

from token_exchange.provider.current_actor import Acting, acting_in

register = template.Library()


@register.inclusion_tag("token_exchange/acting_banner.html", takes_context=True)
def acting_banner(context: Context) -> dict[str, Acting | None]:
    """Say who acts for whom, and nothing where the user is there in person; needs `request` in the context."""
    return {"acting": acting_in(context.get("request"))}
