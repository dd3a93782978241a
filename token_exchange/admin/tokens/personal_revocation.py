"""The end of personal access tokens and of everything exchanged from them, one by one or several at once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.revocation import RevocableAdmin
from token_exchange.personal_access_tokens import endings, lifecycle


class PersonalRevocationAdmin(RevocableAdmin):
    """Adds the action to the page."""

    actions = ["revoke_selected"]
    revoke_title = _("Revoke this and everything exchanged from it")

    def live_descendants(self, token: Any) -> int:
        """Return how many live tokens end with it."""
        return lifecycle.live_descendants(token)

    def revoke(self, request: HttpRequest, token: Any) -> None:
        """Revoke it, and tell how many live tokens stopped with it."""
        self._tell(request, [self._end(request, token)])

    @admin.action(description=_("Revoke selected %(verbose_name_plural)s"), permissions=["revoke"])
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke, and say how many live tokens stopped with them."""
        self._tell(request, [self._end(request, row) for row in queryset])

    def _end(self, request: HttpRequest, token: Any) -> int | None:
        with transaction.atomic(using=token._state.db):
            stopped = endings.end(token, because="revoked_in_admin")
            if stopped is not None:
                self.log_change(request, token, gettext("Revoked, with everything exchanged from it."))
        return stopped

    def _tell(self, request: HttpRequest, stopped: list[int | None]) -> None:
        counts = [count for count in stopped if count is not None]
        ended = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", len(counts)) % {"count": len(counts)}
        total = sum(counts)
        also = ngettext("%(count)s live token stopped with it.", "%(count)s live tokens stopped with it.", total) % {
            "count": total
        }
        self.message_user(request, f"{ended} {also}", messages.SUCCESS if counts else messages.WARNING)
