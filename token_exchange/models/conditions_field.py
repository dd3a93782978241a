"""Define the model field for claim conditions, stored as JSON and edited as lines: `claim operator value value …`."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from token_exchange.sts.conditions import FLAGS, Operator, is_anchored, is_plain_path

CONDITIONS_HELP: Final = _(
    "One per line: claim, operator, values. Operators: equals, one_of, contains, path_prefix, glob, is_true, "
    "is_false. The value 42 equals the text and the number, true the text and the boolean. Write a claim within "
    "another claim as /outer/inner."
)
MOST: Final = 20
MOST_VALUES: Final = 50
LONGEST_VALUE: Final = 1_024
"""Characters, of a value and of the name of a claim."""


class ConditionsFormField(forms.CharField):
    """Shows a text area with one condition per line; a value with spaces is quoted."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 80, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """Return conditions as lines, any other value as JSON."""
        try:
            return "\n".join(map(_as_line, value)) if isinstance(value, list) else value
        except (KeyError, TypeError):  # a row that was not saved by a form may hold any JSON value
            return json.dumps(value)

    def to_python(self, value: Any) -> list[dict[str, Any]]:  # type: ignore[override]  # a list, not text
        """Return the lines as conditions; raise `ValidationError` for the first line that is not a condition."""
        if isinstance(value, list):
            return value
        return [_from_line(line) for line in str(value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return True if the conditions differ from the initial conditions."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class ConditionsField(models.JSONField):
    """Stores a list of conditions; refuses those that no token can meet, or that a token could meet by accident."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse a value that is not a list of valid conditions."""
        super().validate(value, model_instance)
        if not isinstance(value, list) or len(value) > MOST:
            raise ValidationError(_("Enter at most %(most)s conditions, one per line."), params={"most": MOST})
        if errors := list(_errors(value)):
            raise ValidationError(errors)

    def formfield(self, **kwargs: Any) -> Any:
        """Return the form field that edits the conditions as lines."""
        return models.Field.formfield(self, **{"form_class": ConditionsFormField, **kwargs})


def _as_line(condition: Any) -> str:
    # Another version may have written the row. A value that is not a condition is shown as JSON and cannot be saved.
    if not isinstance(condition, dict) or not {"claim", "operator"} <= condition.keys():
        return json.dumps(condition)
    if not isinstance(condition.get("values", ()), list | tuple):
        return json.dumps(condition)
    return shlex.join(
        [str(condition["claim"]), str(condition["operator"]), *map(_as_text, condition.get("values", ()))]
    )


def _as_text(value: Any) -> str:
    # A row that was not saved by a form may hold a number or a boolean, which JSON writes as the form reads it.
    return value if isinstance(value, str) else json.dumps(value)


def _from_line(line: str) -> dict[str, Any]:
    try:
        claim, operator, *values = shlex.split(line)
    except ValueError as error:
        message = _("Write “claim operator value”, not: %(line)s")
        raise ValidationError(message, params={"line": line.strip()}) from error
    return {"claim": claim, "operator": operator, "values": values}


def _errors(conditions: Iterable[Any]) -> Iterator[ValidationError]:
    for condition in conditions:
        claim = condition.get("claim") if isinstance(condition, dict) else None
        if not isinstance(claim, str) or not claim or len(claim) > LONGEST_VALUE:
            yield ValidationError(_("A condition must name a claim."))
        elif condition.get("operator") not in list(Operator):
            names = {"name": condition.get("operator"), "known": ", ".join(Operator)}
            yield ValidationError(_("Unknown operator %(name)s; known: %(known)s"), params=names)
        elif error := _value_error(Operator(condition["operator"]), condition.get("values", [])):
            yield ValidationError(error, params={"claim": claim, "operator": condition["operator"]})


def _value_error(operator: Operator, values: Any) -> Any:
    """Return the error in the values, None if a token can meet the condition."""
    if operator in FLAGS:
        return _("%(claim)s: the operator %(operator)s takes no value.") if values else None
    if not isinstance(values, list) or not values or not all(map(_is_value, values)):
        return _("%(claim)s: enter at least one value: a text, a number, true or false.")
    if len(values) > MOST_VALUES:
        return _("%(claim)s: too many values.")
    if operator == Operator.GLOB and not all(isinstance(value, str) and is_anchored(value) for value in values):
        return _("%(claim)s: a pattern must not begin with *.")
    if operator == Operator.PATH_PREFIX and not all(
        isinstance(value, str) and is_plain_path(value) for value in values
    ):
        return _("%(claim)s: a path must not contain . or .. segments, double slashes or backslashes, encoded or not.")
    return None


def _is_value(value: Any) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= LONGEST_VALUE and value.isprintable()
    return isinstance(value, bool | int | float)
