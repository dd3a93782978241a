"""Show a trusted issuer's health: its last fetch, its keys and its last accepted token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from token_exchange.models import IssuerHealth, TrustedIssuer
from token_exchange.trusted_issuers.health import ANSWERED
from token_exchange.trusted_issuers.validation.pasted_keys import warnings_about_pasted
from token_exchange.wording.issuer_words import outcome_in_words, warning_about_key


class IssuerHealthAdmin(admin.ModelAdmin):
    """Show the health of an issuer in read-only fields and in columns of the list."""

    @admin.display(description=_("key fetch"))
    def state(self, row: Any) -> SafeString | str:
        """Return the outcome code of the last fetch as coloured HTML."""
        outcome = _health(row).outcome
        if not outcome:
            return self.get_empty_value_display()
        kind = "granted" if outcome in ("ok", ANSWERED) else "refused"
        return format_html('<span class="token-exchange-outcome token-exchange-{}">{}</span>', kind, outcome)

    @admin.display(description=_("last fetch"))
    def last_fetch(self, row: Any) -> str:
        """Return the time of the last fetch of the issuer's keys."""
        return _moment(_health(row).fetched) or gettext("never")

    @admin.display(description=_("outcome"))
    def last_outcome(self, row: Any) -> SafeString | str:
        """Return the outcome code of the last fetch and its meaning."""
        return format_html("{} {}", self.state(row), outcome_in_words(_health(row).outcome))

    @admin.display(description=_("last used"))
    def last_used(self, row: Any) -> str:
        """Return the time at which a token of the issuer was last accepted."""
        return _moment(_health(row).last_used) or gettext("never")

    @admin.display(description=_("keys in use"))
    def keys_in_use(self, row: Any) -> SafeString | str:
        """Return the issuer's keys by id, each with the time of its first fetch."""
        keys = ((key["kid"] or "-", key["kty"], _since(key["first_seen"])) for key in _health(row).keys)
        return format_html_join("", "<div><code>{}</code> {}, {}</div>", keys) or self.get_empty_value_display()

    @admin.display(description=_("ignored keys"))
    def keys_left_out(self, row: Any) -> SafeString | str:
        """Return the keys of the last or pasted key set that cannot be used, each with the reason."""
        fetched = [warning_about_key(left["flaw"], left["kid"], left["position"]) for left in _health(row).warnings]
        lines = warnings_about_pasted(row) if row.verification == TrustedIssuer.Verification.PASTED else fetched
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines)) or self.get_empty_value_display()


def _health(row: Any) -> IssuerHealth:
    return getattr(row, "health", None) or IssuerHealth()


def _since(moment: str) -> str:
    return gettext("since %(moment)s") % {"moment": _moment(datetime.fromisoformat(moment))}


def _moment(moment: datetime | None) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT") if moment else ""
