"""Claim conditions, kept as JSON and written one a line: `claim operator value value …`."""

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
    "One a line: claim, operator, values. Operators: equals, one_of, contains, path_prefix, glob, is_true, "
    "is_false. The value 42 also equals the number, true the boolean. A claim within another is "
    "written /outer/inner."
)
MOST: Final = 20
MOST_VALUES: Final = 50
LONGEST_VALUE: Final = 1_024
"""Characters of a value, and of a claim's name."""


class ConditionsFormField(forms.CharField):
    """A text area with one condition a line; a value with spaces stands in quotation marks."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 80, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """Show conditions as lines."""
        try:
            return "\n".join(map(_as_line, value)) if isinstance(value, list) else value
        except (KeyError, TypeError):  # a row written past the form may hold anything
            return json.dumps(value)

    def to_python(self, value: Any) -> list[dict[str, Any]]:  # type: ignore[override]  # a list, not text
        """Read lines as conditions; raise ValidationError naming the first line that is none."""
        if isinstance(value, list):
            return value
        return [_from_line(line) for line in str(value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the conditions differ from what was shown."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class ConditionsField(models.JSONField):
    """A list of conditions; invalid unless each could hold for something and lets in nobody by accident."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse what is no list of conditions."""
        super().validate(value, model_instance)
        if not isinstance(value, list) or len(value) > MOST:
            raise ValidationError(_("At most %(most)s conditions, one a line."), params={"most": MOST})
        if errors := list(_errors(value)):
            raise ValidationError(errors)

    def formfield(self, **kwargs: Any) -> Any:
        """Edit it as lines."""
        return models.Field.formfield(self, **{"form_class": ConditionsFormField, **kwargs})


def _as_line(condition: Any) -> str:
    # A row may come from another version: what is no condition is shown as it is, and refused when it is saved.
    if not isinstance(condition, dict) or not {"claim", "operator"} <= condition.keys():
        return json.dumps(condition)
    if not isinstance(condition.get("values", ()), list | tuple):
        return json.dumps(condition)
    return shlex.join(
        [str(condition["claim"]), str(condition["operator"]), *map(_as_text, condition.get("values", ()))]
    )


def _as_text(value: Any) -> str:
    # A row that a deployment wrote may hold a number or a boolean, which the text spells.
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
            yield ValidationError(_("A condition names a claim."))
        elif condition.get("operator") not in list(Operator):
            names = {"name": condition.get("operator"), "known": ", ".join(Operator)}
            yield ValidationError(_("Unknown operator %(name)s; known: %(known)s"), params=names)
        elif error := _value_error(Operator(condition["operator"]), condition.get("values", [])):
            yield ValidationError(error, params={"claim": claim, "operator": condition["operator"]})


def _value_error(operator: Operator, values: Any) -> Any:
    """Return what is wrong with the values, None if the condition can hold for some token."""
    if operator in FLAGS:
        return _("%(claim)s: %(operator)s takes no value.") if values else None
    if not isinstance(values, list) or not values or not all(map(_is_value, values)):
        return _("%(claim)s: name at least one value, each a text, a number, true or false.")
    if len(values) > MOST_VALUES:
        return _("%(claim)s: too many values.")
    if operator == Operator.GLOB and not all(isinstance(value, str) and is_anchored(value) for value in values):
        return _("%(claim)s: a pattern begins with something other than *.")
    if operator == Operator.PATH_PREFIX and not all(
        isinstance(value, str) and is_plain_path(value) for value in values
    ):
        return _("%(claim)s: a path has no dots to resolve, no doubled slash, no backslash and none of them encoded.")
    return None


def _is_value(value: Any) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= LONGEST_VALUE and value.isprintable()
    return isinstance(value, bool | int | float)
