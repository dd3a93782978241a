"""Complete relations as the user types, if the other model has a searchable admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest


class AutocompleteAdmin(admin.ModelAdmin):
    """Complete the relations in `raw_id_fields` as the user types, or ask for keys if the other model has no search.

    `autocomplete_fields` cannot hold them: Django refuses to start if the site's user model has no admin.
    """

    raw_id_fields: ClassVar[tuple[str, ...]] = ()

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Return the relations that this site's admin can search."""
        return [name for name in self.raw_id_fields if self._is_searchable(request, name)]

    def _is_searchable(self, request: HttpRequest, name: str) -> bool:
        model: Any = self.opts.get_field(name).related_model
        if not self.admin_site.is_registered(model):
            return False
        return bool(self.admin_site.get_model_admin(model).get_search_fields(request))
