"""Provide template tags for the pages of a site: `{% load token_exchange %}`."""

from __future__ import annotations

from django import template
from django.template import Context

from token_exchange.provider.current_actor import Acting, acting_in

register = template.Library()


@register.inclusion_tag("token_exchange/acting_banner.html", takes_context=True)
def acting_banner(context: Context) -> dict[str, Acting | None]:
    """Show who acts for the user of `request` in the context, or nothing if no other party does."""
    return {"acting": acting_in(context.get("request"))}
