"""Validate the forms that create and renew a personal access token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from token_exchange.conf import token_exchange_settings
from token_exchange.models import PersonalAccessToken, Target
from token_exchange.models.validation import FieldError
from token_exchange.personal_access_tokens.validation import LONGEST_NAME, latest_end, scopes_offered
from token_exchange.toolkit.compat import scope_descriptions, token_database

PRESETS: Final = (7, 30, 90, 365)
"""Lifetimes in days that the form offers, if the site allows them."""
DEFAULT_DAYS: Final = 30
ON_A_DAY: Final = "day"
"""The value of the choice that asks for a last day instead of a number of days."""


class ScopeBoxes(forms.CheckboxSelectMultiple):
    """Shows check boxes with the targets that understand each scope, in the page and for its script."""

    understood_by: dict[str, list[str]]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the context of one check box, with the targets of its scope."""
        option = super().create_option(name, value, *args, **kwargs)
        option["understood_by"] = self.understood_by[str(value)]
        option["attrs"]["data-targets"] = " ".join(option["understood_by"])
        return option


class LifetimeForm(forms.Form):
    """Asks for a number of days or a last day; the cleaned value `expires` is the end as a date and time."""

    lifetime = forms.ChoiceField(
        label=gettext_lazy("Lifetime"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a lifetime.")},
    )
    day = forms.DateField(label=gettext_lazy("Last day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        longest = token_exchange_settings.personal_access_token_days
        presets = sorted({days for days in PRESETS if days <= longest} or {longest})
        lifetime: Any = self.fields["lifetime"]
        lifetime.choices = [
            *((str(days), _days_in_words(days)) for days in presets),
            (ON_A_DAY, gettext("Another day")),
        ]
        lifetime.initial = str(DEFAULT_DAYS if DEFAULT_DAYS in presets else presets[-1])
        today = timezone.localdate() if settings.USE_TZ else date.today()
        self.fields["day"].widget = forms.DateInput(
            format="%Y-%m-%d",
            attrs={
                "type": "date",
                "min": today.isoformat(),
                "max": (today + timedelta(days=longest)).isoformat(),
            },
        )

    def clean(self) -> dict[str, Any]:
        """Return the cleaned data with `expires`, the time at which the token ends."""
        cleaned = super().clean() or self.cleaned_data
        lifetime, day = cleaned.get("lifetime"), cleaned.get("day")
        if lifetime == ON_A_DAY and day is not None:
            cleaned["expires"] = _end_of(day)
        elif lifetime == ON_A_DAY:
            if "day" not in self.errors:
                self.add_error("day", gettext("Choose the last day."))
        elif lifetime:  # without a choice, the field has its error already
            cleaned["expires"] = timezone.now() + timedelta(days=int(lifetime))
        return cleaned

    def add_errors(self, errors: Iterable[FieldError]) -> None:
        """Add the errors of validation, each to its field."""
        own = {"expires": "day" if self.cleaned_data.get("lifetime") == ON_A_DAY else "lifetime"}
        for error in errors:
            field = own.get(error.field, error.field)
            self.add_error(field if field in self.fields else None, error.message)


class MakingForm(LifetimeForm):
    """Asks for name, targets, scopes and lifetime of a new token of one owner."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Enter a name for the token.")},
        help_text=gettext_lazy("What you use the token for, such as “backup on my server”."),
    )
    targets = forms.ModelMultipleChoiceField(
        Target.objects.none(),
        label=gettext_lazy("Usable for"),
        to_field_name="name",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one target.")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        widget=ScopeBoxes,
        error_messages={"required": gettext_lazy("Choose at least one scope.")},
    )

    field_order = ("name", "targets", "scopes", "lifetime", "day")

    def __init__(self, *args: Any, owner: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._owner = owner
        offered = Target.objects.using(token_database()).filter(enabled=True)
        targets: Any = self.fields["targets"]
        targets.queryset = offered
        scopes: Any = self.fields["scopes"]
        descriptions, understood = scope_descriptions(), dict(_understood(owner, offered))
        scopes.widget.understood_by = understood
        scopes.choices = [(scope, descriptions[scope]) for scope in sorted(understood)]
        if len(offered) == 1:
            targets.initial = [offered[0].name]

    def described(self) -> tuple[PersonalAccessToken, list[Target]]:
        """Return the unsaved token that a valid form describes, and its targets."""
        cleaned = self.cleaned_data
        row = PersonalAccessToken(
            owner=self._owner, name=cleaned["name"], scopes=cleaned["scopes"], expires=cleaned["expires"]
        )
        return row, list(cleaned["targets"])


class RenewalForm(LifetimeForm):
    """Asks for the new lifetime of a token. It names the value that it was shown for, so sent twice it renews once."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, token: PersonalAccessToken, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._present = token.fingerprint[-8:]
        self.fields["seen"].initial = self._present

    def clean_seen(self) -> str:
        """Raise `ValidationError` if the token has had another value since the form was shown."""
        if self.cleaned_data["seen"] != self._present:
            raise forms.ValidationError(gettext("The token has been renewed since this page was opened."))
        return self._present


def _understood(owner: Any, targets: Iterable[Target]) -> Iterator[tuple[str, list[str]]]:
    for scope in scopes_offered(owner, targets):
        yield scope, [target.name for target in targets if scope in target.scopes]


def _days_in_words(days: int) -> str:
    end = date_format(timezone.now() + timedelta(days=days), "DATE_FORMAT")
    return ngettext("%(count)d day, until %(end)s", "%(count)d days, until %(end)s", days) % {"count": days, "end": end}


def _end_of(day: date) -> datetime:
    """Return midnight after `day` in the site's time zone; for the last allowed day, the latest allowed time."""
    day = min(day, date.max - timedelta(days=366))  # later days are refused anyway, and adding to them overflows
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    end = timezone.make_aware(midnight) if settings.USE_TZ else midnight
    latest = latest_end()
    return latest if latest < end <= latest + timedelta(days=1) else end
