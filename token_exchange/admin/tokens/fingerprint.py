"""Fingerprints of tokens, shown by their ends only."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from token_exchange.models import ExchangedToken


def masked(fingerprint: str, site_name: str) -> SafeString | str | None:
    """Return the end of a fingerprint, as a link where an exchanged token has it."""
    if not fingerprint:
        return None
    end = f"…{fingerprint[-8:]}"
    key = ExchangedToken.objects.filter(fingerprint=fingerprint).values_list("pk", flat=True).first()
    if key is None:
        return end
    url = reverse(f"{site_name}:token_exchange_exchangedtoken_change", args=[key])
    return format_html('<a href="{}">{}</a>', url, end)
