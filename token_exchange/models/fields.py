"""Define model fields for lists of texts, stored as JSON and edited as lines, and for exactly compared text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    TextColumn = models.CharField[str, str]
else:
    TextColumn = models.CharField


class ExactCharField(TextColumn):
    """Stores text that the database compares exactly, so that `alice` and `ALICE` may both be in a unique column.

    MariaDB and MySQL ignore case and accents unless the column has a binary collation.
    """

    def db_type(self, connection: Any) -> str | None:
        """Return the type of the column, with a binary collation on MariaDB and MySQL."""
        plain = super().db_type(connection)
        return f"{plain} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" if connection.vendor == "mysql" else plain


class LinesFormField(forms.CharField):
    """Shows a text area with one entry per line; blank lines and repetitions are dropped."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 60, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """Return a list as lines, any other value unchanged."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a list, not text
        """Return the lines as a list."""
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return True if the list differs from the initial list."""
        return self.to_python(initial) != self.to_python(data)


class LinesField(models.JSONField):
    """Stores a list of non-empty texts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse anything that is not a list of non-empty texts."""
        super().validate(value, model_instance)
        if not isinstance(value, list) or not all(isinstance(line, str) and line.strip() for line in value):
            raise ValidationError(_("Enter a list of texts, one per line."), code="invalid")

    def formfield(self, **kwargs: Any) -> Any:
        """Return the form field that edits the list as lines."""
        return models.Field.formfield(self, **{"form_class": LinesFormField, **kwargs})


class ChoicesFormField(forms.MultipleChoiceField):
    """Shows check boxes for a list of choices."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        """Return the selected options; a row that was not saved by a form may hold any JSON value."""
        return list(map(str, value)) if isinstance(value, list | tuple) else []

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return True if the selection differs from the initial selection."""
        # A row that was not saved by a form may hold any JSON value.
        shown = set(map(str, initial)) if isinstance(initial, list | tuple) else initial
        return (shown or set()) != set(data or ())


class ChoicesField(LinesField):
    """Stores a list of texts, each one of the given `options`; the order has no meaning."""

    def __init__(self, *args: Any, options: list[tuple[str, Any]] | None = None, **kwargs: Any) -> None:
        self.options = options or []
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse a list with a text that is not among the options."""
        super().validate(value, model_instance)
        known = {option for option, _label in self.options}
        if unknown := set(value) - known:
            raise ValidationError(_("Unknown choice: %(values)s"), params={"values": ", ".join(sorted(unknown))})

    def formfield(self, **kwargs: Any) -> Any:
        """Return the form field that edits the list as check boxes."""
        return models.Field.formfield(self, **{"form_class": ChoicesFormField, "choices": self.options, **kwargs})
