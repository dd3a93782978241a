"""Show a token's status, the end of its fingerprint, its parents and its children."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from token_exchange.models import ExchangedToken
from token_exchange.wording.actor_line import tokens_acting_for
from token_exchange.wording.rich_text import Phrase, as_html

MOST: Final = 50


def status(token: Any) -> SafeString:
    """Return the token's status, "active", "expired" or "revoked", as coloured HTML."""
    if token.revoked is not None:
        return format_html('<span class="token-exchange-outcome token-exchange-refused">{}</span>', gettext("revoked"))
    if token.expires <= timezone.now():
        return format_html('<span class="token-exchange-outcome">{}</span>', gettext("expired"))
    return format_html('<span class="token-exchange-outcome token-exchange-granted">{}</span>', gettext("active"))


def masked(fingerprint: str, site_name: str) -> SafeString | str | None:
    """Return the end of a fingerprint, linked if an exchange issued the token; None for an empty fingerprint."""
    if not fingerprint:
        return None
    end = f"…{fingerprint[-8:]}"
    key = ExchangedToken.objects.filter(fingerprint=fingerprint).values_list("pk", flat=True).first()
    return end if key is None else format_html('<a href="{}">{}</a>', _url(key, site_name), end)


def parents(token: Any, site_name: str) -> SafeString:
    """Return the subject token and the actor token that this token was exchanged from, as HTML."""
    known = {row.fingerprint: row for row in _rows(Q(fingerprint__in=_parent_fingerprints(token)))}
    acting = tokens_acting_for(list(known.values()))
    lines = [
        _line(known.get(fingerprint), fingerprint, site_name, acting) for fingerprint in _parent_fingerprints(token)
    ]
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines))


def children(token: Any, site_name: str) -> SafeString | str:
    """Return the tokens that were exchanged directly from this token, as HTML: at most `MOST`, the newest first."""
    rows = list(_rows(Q(subject_fingerprint=token.fingerprint) | Q(actor_fingerprint=token.fingerprint))[: MOST + 1])
    acting = tokens_acting_for(rows[:MOST])
    lines: list[SafeString | str] = [_line(row, row.fingerprint, site_name, acting) for row in rows[:MOST]]
    if len(rows) > MOST:
        lines.append(gettext("and more"))
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines)) or gettext("none")


def _parent_fingerprints(token: Any) -> list[str]:
    return [fingerprint for fingerprint in (token.subject_fingerprint, token.actor_fingerprint) if fingerprint]


def _rows(condition: Q) -> Any:
    return ExchangedToken.objects.filter(condition)


def _line(row: Any, fingerprint: str, site_name: str, acting: Mapping[Any, Phrase]) -> SafeString | str:
    if row is None:
        return gettext("…%(end)s, not issued by an exchange") % {"end": fingerprint[-8:]}
    link = format_html('<a href="{}">{}</a>', _url(row.pk, site_name), row)
    return format_html("{} {} {}", link, status(row), as_html(acting[row.pk]))


def _url(key: Any, site_name: str) -> str:
    return reverse(f"{site_name}:token_exchange_exchangedtoken_change", args=[key])
