"""Admin pages that change something for a person only: a token that became the user of a request changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern

from token_exchange.provider import in_person

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

READING: Final = ("GET", "HEAD", "OPTIONS")


class InPersonAdmin(ModelAdmin):
    """Refuses every change, on every page of the model, to a request without a session of its own user."""

    @property
    def urls(self) -> list[URLPattern]:
        """Return the model's URLs, those that subclasses add included, each with the guard before it."""
        patterns = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _guarded(pattern.callback)
        return patterns


def _guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Who is not logged in at all is led to the login page, as everywhere in the admin.
        if request.method not in READING and request.user.is_authenticated and not in_person.asks_by_session(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
