"""What a person fills in to make or renew a personal access token."""

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
"""Days that are offered, as far as the site allows."""
USUAL: Final = 30
ON_A_DAY: Final = "day"
"""The choice of a day instead of a number of days."""


class ScopeBoxes(forms.CheckboxSelectMultiple):
    """Check boxes that know which targets understand each scope, for script and reader."""

    understood_by: dict[str, list[str]]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return what one box is drawn from."""
        option = super().create_option(name, value, *args, **kwargs)
        option["understood_by"] = self.understood_by[str(value)]
        option["attrs"]["data-targets"] = " ".join(option["understood_by"])
        return option


class LifetimeForm(forms.Form):
    """Until when: one of some numbers of days, or a day, through its end; `expires` is the moment."""

    lifetime = forms.ChoiceField(
        label=gettext_lazy("Lifetime"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how long.")},
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
        lifetime.initial = str(USUAL if USUAL in presets else presets[-1])
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
        """Find the moment at which the token ends."""
        cleaned = super().clean() or self.cleaned_data
        lifetime, day = cleaned.get("lifetime"), cleaned.get("day")
        if lifetime == ON_A_DAY and day is not None:
            cleaned["expires"] = _end_of(day)
        elif lifetime == ON_A_DAY:
            if "day" not in self.errors:
                self.add_error("day", gettext("Choose the day."))
        elif lifetime:  # else nothing was chosen, which has been said
            cleaned["expires"] = timezone.now() + timedelta(days=int(lifetime))
        return cleaned

    def object_with(self, errors: Iterable[FieldError]) -> None:
        """Show why the token is refused, each reason beside its field."""
        own = {"expires": "day" if self.cleaned_data.get("lifetime") == ON_A_DAY else "lifetime"}
        for error in errors:
            field = own.get(error.field, error.field)
            self.add_error(field if field in self.fields else None, error.message)


class MakingForm(LifetimeForm):
    """Everything about a new token of one owner."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Give the token a name.")},
        help_text=gettext_lazy("What the token is for, so that you know it again: “backup on my server”."),
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
    """Until when a renewed token lives, and which value of it the person saw: sent twice, it renews once."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, token: PersonalAccessToken, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._present = token.fingerprint[-8:]
        self.fields["seen"].initial = self._present

    def clean_seen(self) -> str:
        """Refuse a form that was made for a value which has gone."""
        if self.cleaned_data["seen"] != self._present:
            raise forms.ValidationError(gettext("The token has been renewed since this page was made."))
        return self._present


def _understood(owner: Any, targets: Iterable[Target]) -> Iterator[tuple[str, list[str]]]:
    for scope in scopes_offered(owner, targets):
        yield scope, [target.name for target in targets if scope in target.scopes]


def _days_in_words(days: int) -> str:
    end = date_format(timezone.now() + timedelta(days=days), "DATE_FORMAT")
    return ngettext("%(count)d day, until %(end)s", "%(count)d days, until %(end)s", days) % {"count": days, "end": end}


def _end_of(day: date) -> datetime:
    """The first moment after a day of the site's clock; on the last day that the site allows, its last moment."""
    day = min(day, date.max - timedelta(days=366))  # later is refused anyway, and would not fit a date
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    end = timezone.make_aware(midnight) if settings.USE_TZ else midnight
    latest = latest_end()
    return latest if latest < end <= latest + timedelta(days=1) else end
