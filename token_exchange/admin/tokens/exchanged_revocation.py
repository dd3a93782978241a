"""The end of an exchanged token and of everything derived from it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import router, transaction
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.revocation import RevocableAdmin
from token_exchange.models import ExchangedToken
from token_exchange.tokens import lineage


class ExchangedRevocationAdmin(RevocableAdmin):
    """Goes through both parents and every generation."""

    revoke_title = _("Revoke this and everything derived from it")

    def live_descendants(self, token: Any) -> int:
        """Return how many live tokens end with it."""
        return len(lineage.descendants(token.fingerprint, _database()))

    def revoke(self, request: HttpRequest, token: Any) -> None:
        """Revoke it, and tell how many tokens that were, itself included."""
        with transaction.atomic(using=_database()):
            stopped = lineage.revoke(token.fingerprint, _database(), because="revoked_in_admin")
            self.log_change(request, token, gettext("Revoked, with everything derived from it."))
        message = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", stopped) % {"count": stopped}
        self.message_user(request, message, messages.SUCCESS if stopped else messages.WARNING)


def _database() -> str:
    return router.db_for_write(ExchangedToken)
