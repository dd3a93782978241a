"""Autocompletion where the site's own admins allow it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest

from token_exchange.admin.kit.read_only_admin import ModelAdmin


class CompletedAdmin(ModelAdmin):
    """Completes its relations as you type, or asks for keys where the other model's admin cannot be searched.

    Naming them in `autocomplete_fields` would stop a site whose user model has no admin from starting at all.
    """

    raw_id_fields: ClassVar[tuple[str, ...]] = ()

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Return the relations whose other side this site's admin can search."""
        return [name for name in self.raw_id_fields if self._is_searchable(request, name)]

    def _is_searchable(self, request: HttpRequest, name: str) -> bool:
        model: Any = self.opts.get_field(name).related_model
        if not self.admin_site.is_registered(model):
            return False
        return bool(self.admin_site.get_model_admin(model).get_search_fields(request))
