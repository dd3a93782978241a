"""Enable and disable rows by actions, and show how many tokens stop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from token_exchange.admin.kit.authority import AuthorityAdmin
from token_exchange.admin.kit.flawed_rows import FlawedRowsAdmin
from token_exchange.policies import authority


class SwitchedAdmin(FlawedRowsAdmin, AuthorityAdmin):
    """Enable and disable rows by actions of the list, with an entry in each row's history."""

    actions = ["enable", "disable"]

    def validation_errors(self, request: HttpRequest, row: Any) -> list[str]:
        """Return the validation errors that prevent enabling this row; the admin of the model overrides it."""
        return []

    def tokens_stopped_by_disabling(self, rows: list[Any]) -> int:
        """Return the number of active tokens that disabling or deleting these rows stops."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the row; if that disables it, show how many tokens stopped."""
        super().save_model(request, obj, form, change)
        if change and "enabled" in form.changed_data and not obj.enabled:
            self.message_user(request, self.stopped([obj]), messages.WARNING)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what the confirmation page lists, with the number of active tokens that deleting stops."""
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)
        stopped = {str(_("active tokens that stop working")): self.tokens_stopped_by_disabling(list(objs))}
        return listed, {**counts, **stopped}, lacking, protected

    @admin.action(description=_("Enable selected %(verbose_name_plural)s"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Enable the chosen rows that this user may enable, and show why the others stay disabled."""
        rows = list(queryset.filter(enabled=False))
        allowed = [row for row in rows if not self._refuse(request, row, self.reasons_against_enabling(request, row))]
        self._switch(request, allowed, on=True)
        message = ngettext("%(count)s enabled.", "%(count)s enabled.", len(allowed))
        self.message_user(request, message % {"count": len(allowed)}, _level(allowed))

    @admin.action(description=_("Disable selected %(verbose_name_plural)s"), permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Disable the chosen rows, and show how many tokens stopped."""
        chosen = list(queryset.filter(enabled=True))
        rows = [row for row in chosen if not self._refuse(request, row, _against_disabling(request, row))]
        self._switch(request, rows, on=False)
        message = ngettext("%(count)s disabled.", "%(count)s disabled.", len(rows)) % {"count": len(rows)}
        self.message_user(request, f"{message} {self.stopped(rows)}", _level(rows))

    def stopped(self, rows: list[Any]) -> str:
        """Return the sentence about the number of active tokens that stopped with these rows."""
        count = self.tokens_stopped_by_disabling(rows)
        if not count:
            return gettext("No active token was affected.")
        return ngettext(
            "%(count)s active token stopped working.",
            "%(count)s active tokens stopped working.",
            count,
        ) % {"count": count}

    def reasons_against_enabling(self, request: HttpRequest, row: Any) -> list[str]:
        """Return every reason why this user may not enable this row; empty if there is none."""
        row.enabled = True
        by_authority = [error.message for error in authority.errors_in_saving(row, request.user)]
        return [*self.validation_errors(request, row), *by_authority]

    def _refuse(self, request: HttpRequest, row: Any, refusals: list[str]) -> bool:
        for refusal in refusals:
            self.message_user(request, f"{row}: {refusal}", messages.ERROR)
        return bool(refusals)

    def _switch(self, request: HttpRequest, rows: list[Any], *, on: bool) -> None:
        for row in rows:
            with transaction.atomic(using=row._state.db):
                row.enabled = on
                row.save(update_fields=list(_written(row)))
                self.log_change(request, row, [{"changed": {"fields": [str(_("enabled"))]}}])


def _against_disabling(request: HttpRequest, row: Any) -> list[str]:
    return [error.message for error in authority.errors_in_removing(row, request.user)]


def _written(row: Any) -> Iterator[str]:
    yield "enabled"
    if hasattr(row, "updated"):
        yield "updated"


def _level(rows: list[Any]) -> int:
    return messages.SUCCESS if rows else messages.WARNING
