"""Keep tokens and secrets out of Django's error reports: a report names the failure and shows no value."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import Any, Final, TypeVar

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict
from django.views.debug import SafeExceptionReporterFilter
from oauthlib.oauth2 import OAuth2Error

from token_exchange.sts.errors import TokenExchangeError

Answer = TypeVar("Answer")
View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# Web servers put the query, the body or the credentials under names of their own, so all other values are hidden.
_SHOWN: Final = frozenset(
    {"CONTENT_LENGTH", "CONTENT_TYPE", "PATH_INFO", "REMOTE_ADDR", "REQUEST_METHOD", "SCRIPT_NAME", "SERVER_NAME"}
)
# Django or an endpoint turns these into answers; their messages hold nothing of the request's body.
_ANSWERED: Final = (
    BadRequest,
    Http404,
    MultiPartParserError,
    OAuth2Error,
    PermissionDenied,
    SuspiciousOperation,
    TokenExchangeError,
    UnreadablePostError,
)


class EndpointFailure(Exception):
    """Reports a failure inside an endpoint by type and place of the exception, whose message may hold a token."""


class HidingFilter(SafeExceptionReporterFilter):
    """Hides all values of a request, and all variables of the functions that served it, even with DEBUG on."""

    def is_active(self, request: HttpRequest | None) -> bool:
        """Return True, even with DEBUG on: developers share screenshots of that page."""
        return True

    def get_safe_request_meta(self, request: Any) -> dict[str, Any]:
        """Return the headers and variables of the request with most values hidden, and clear its query string."""
        meta = getattr(request, "META", {})
        if request is not None:  # the report shows the query without a filter, after this call
            request.GET, meta["QUERY_STRING"] = QueryDict(), ""
        return {name: value if name in _SHOWN else self.cleansed_substitute for name, value in meta.items()}

    def get_safe_cookies(self, request: Any) -> dict[str, Any]:
        """Return the names of the cookies with hidden values."""
        return dict.fromkeys(getattr(request, "COOKIES", {}), self.cleansed_substitute)

    def get_post_parameters(self, request: HttpRequest | None) -> MultiValueDict[str, Any]:
        """Return no parameters: a client may have sent a token as the name of one."""
        return MultiValueDict()

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> Any:
        """Return the names of the variables with hidden values: oauthlib stores the body in many of them."""
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]


def hide(request: HttpRequest) -> None:
    """Hide all values of this request in error reports."""
    request.exception_reporter_filter = HidingFilter()
    request.sensitive_post_parameters = "__ALL__"  # type: ignore[attr-defined]  # Django's own marker


def without_message(function: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
    """Call the function; raise `EndpointFailure` in place of an exception whose message may hold a token."""
    try:
        return function(*args, **kwargs)
    except (*_ANSWERED, EndpointFailure):
        raise
    except Exception as error:
        failure = EndpointFailure(_described(error))
    raise failure  # outside the handler, so that a report finds no original exception as its context


@contextmanager
def hidden_on_failure(request: HttpRequest) -> Iterator[None]:
    """Hide the values of a request if the block raises an exception; reports of other failures still show them."""
    try:
        yield
    except Exception:
        hide(request)
        raise


def hidden_from_reports(view: View) -> View:
    """Decorate a view that receives tokens or secrets, so that no error report shows them."""

    @wraps(view)
    def hidden(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        hide(request)
        return without_message(view, request, *args, **kwargs)

    return hidden  # type: ignore[return-value]  # wraps keeps the signature


class HiddenFromReports:
    """Applies `hidden_from_reports` to a class-based view."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """Return the view with all of its code inside `hidden_from_reports`."""
        return hidden_from_reports(super().as_view(**initkwargs))  # type: ignore[misc,no-any-return]  # the view mixed into


def _described(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {place.name}, {place.filename}:{place.lineno}"
