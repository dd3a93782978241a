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

from token_exchange.sts.conditions import Operator, is_anchored

MOST: Final = 20


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


def _as_line(condition: dict[str, Any]) -> str:
    return shlex.join([condition["claim"], condition["operator"], *condition.get("values", ())])


def _from_line(line: str) -> dict[str, Any]:
    try:
        claim, operator, *values = shlex.split(line)
    except ValueError as error:
        message = _("Write “claim operator value”, not: %(line)s")
        raise ValidationError(message, params={"line": line.strip()}) from error
    return {"claim": claim, "operator": operator, "values": values}


def _errors(conditions: Iterable[Any]) -> Iterator[ValidationError]:
    for condition in conditions:
        if not isinstance(condition, dict) or not isinstance(condition.get("claim"), str) or not condition["claim"]:
            yield ValidationError(_("A condition names a claim."))
            continue
        operator, values = condition.get("operator"), condition.get("values", [])
        if operator not in set(Operator):
            known = ", ".join(Operator)
            yield ValidationError(
                _("Unknown operator %(name)s; known: %(known)s"), params={"name": operator, "known": known}
            )
        elif operator == Operator.IS_TRUE and values:
            yield ValidationError(_("%(claim)s: is_true takes no value."), params=condition)
        elif operator != Operator.IS_TRUE and not _are_texts(values):
            yield ValidationError(_("%(claim)s: name at least one value."), params=condition)
        elif operator == Operator.GLOB and not all(map(is_anchored, values)):
            yield ValidationError(_("%(claim)s: a pattern begins with something other than *."), params=condition)


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(value, str) and value for value in values)
