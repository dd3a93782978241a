"""Fields of lists, kept as JSON and written one a line, and of text that is compared exactly."""

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
    """Text that the database compares letter by letter, so that a unique constraint tells `alice` from `ALICE`.

    MariaDB and MySQL compare without case and accents unless a column says otherwise.
    """

    def db_type(self, connection: Any) -> str | None:
        """Return the column's type, with a binary collation where the database's own is not exact."""
        plain = super().db_type(connection)
        return f"{plain} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" if connection.vendor == "mysql" else plain


class LinesFormField(forms.CharField):
    """A text area that reads as a list: one entry a line, blank lines and repetitions dropped."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 60, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a list, not text
        """Read lines as a list."""
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the list differs from what was shown."""
        return self.to_python(initial) != self.to_python(data)


class LinesField(models.JSONField):
    """A list of texts; invalid unless it is one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse anything that is not a list of non-empty texts."""
        super().validate(value, model_instance)
        if not isinstance(value, list) or not all(isinstance(line, str) and line.strip() for line in value):
            raise ValidationError(_("Enter a list of words, one a line."), code="invalid")

    def formfield(self, **kwargs: Any) -> Any:
        """Edit it as lines."""
        return models.Field.formfield(self, **{"form_class": LinesFormField, **kwargs})


class ChoicesFormField(forms.MultipleChoiceField):
    """Check boxes instead of a list to type."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        """Show what is ticked; a row written past the form may hold anything."""
        return list(map(str, value)) if isinstance(value, list | tuple) else []

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the selection differs from what was shown."""
        # A row written past the form may hold anything.
        shown = set(map(str, initial)) if isinstance(initial, list | tuple) else initial
        return (shown or set()) != set(data or ())


class ChoicesField(LinesField):
    """A list of texts, each one of the given `options`; order and repetitions do not count."""

    def __init__(self, *args: Any, options: list[tuple[str, Any]] | None = None, **kwargs: Any) -> None:
        self.options = options or []
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse what is not among the options."""
        super().validate(value, model_instance)
        known = {option for option, _label in self.options}
        if unknown := set(value) - known:
            raise ValidationError(_("Unknown choice: %(values)s"), params={"values": ", ".join(sorted(unknown))})

    def formfield(self, **kwargs: Any) -> Any:
        """Edit it as check boxes."""
        return models.Field.formfield(self, **{"form_class": ChoicesFormField, "choices": self.options, **kwargs})
