"""A check box that tells "not ticked" from "not asked"."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString


class StatedCheckbox(forms.CheckboxInput):
    """Sends a value when it is not ticked too, so that a form without it leaves the question open."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Put the answer for a box that is not ticked before the box."""
        box = super().render(name, value, attrs, renderer)
        return format_html('<input type="hidden" name="{}" value="false">{}', name, box)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool | None:  # type: ignore[override]  # None is the third answer
        """Return True or False as the browser answered, None if the form did not ask."""
        return bool(super().value_from_datadict(data, files, name)) if name in data else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Return True if the form did not ask."""
        return name not in data
