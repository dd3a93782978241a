"""The only thing that somebody else may change of a personal access token: that it ends earlier."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from token_exchange.models import PersonalAccessToken


class PersonalExpiryForm(forms.ModelForm):
    """A moment before the present end."""

    class Meta:
        model = PersonalAccessToken
        fields = ["expires"]

    def clean_expires(self) -> datetime:
        """Refuse a later end, which is the owner's to choose, and one that has passed."""
        expires: datetime = self.cleaned_data["expires"]
        if expires > self.initial["expires"]:
            raise ValidationError(gettext("It can only be made to end earlier. Its owner can renew it."))
        if expires <= timezone.now():
            raise ValidationError(gettext("This moment has passed. To end it now, revoke it."))
        return expires
