"""Django's error reports of requests that carry tokens and secrets: they name the failure and show no value."""

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

# A server adds the query, the body or the credentials under names of its own: what is not listed is hidden.
_SHOWN: Final = frozenset(
    {"CONTENT_LENGTH", "CONTENT_TYPE", "PATH_INFO", "REMOTE_ADDR", "REQUEST_METHOD", "SCRIPT_NAME", "SERVER_NAME"}
)
# Django or an endpoint answers these; their messages hold nothing of the request's body.
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
    """A failure inside an endpoint, told by its type and its place: its own message may hold a token."""


class HidingFilter(SafeExceptionReporterFilter):
    """Hides every value of a request and of the functions that served it, with DEBUG on as well."""

    def is_active(self, request: HttpRequest | None) -> bool:
        """Return True: a token in a page of DEBUG is in a screenshot next."""
        return True

    def get_safe_request_meta(self, request: Any) -> dict[str, Any]:
        """Return the headers and variables of the request, with most values hidden; forget its query."""
        meta = getattr(request, "META", {})
        if request is not None:  # the report reads the query after this, and asks no filter about it
            request.GET, meta["QUERY_STRING"] = QueryDict(), ""
        return {name: value if name in _SHOWN else self.cleansed_substitute for name, value in meta.items()}

    def get_safe_cookies(self, request: Any) -> dict[str, Any]:
        """Return the names of the cookies."""
        return dict.fromkeys(getattr(request, "COOKIES", {}), self.cleansed_substitute)

    def get_post_parameters(self, request: HttpRequest | None) -> MultiValueDict[str, Any]:
        """Return no parameter: a token that stands where a name belongs is a token nevertheless."""
        return MultiValueDict()

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> Any:
        """Return the names of the variables: the functions of oauthlib hold the body under many of them."""
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]


def hide(request: HttpRequest) -> None:
    """Let no error report of this request show a token, a secret or an assertion."""
    request.exception_reporter_filter = HidingFilter()
    request.sensitive_post_parameters = "__ALL__"  # type: ignore[attr-defined]  # Django's own marker


def told_by_kind(function: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
    """Return what the function returns; raise `EndpointFailure` in place of a failure that may tell a token."""
    try:
        return function(*args, **kwargs)
    except (*_ANSWERED, EndpointFailure):
        raise
    except Exception as error:
        failure = EndpointFailure(_described(error))
    raise failure  # outside the handler: it has no context that a report would follow


@contextmanager
def hidden_if_it_fails(request: HttpRequest) -> Iterator[None]:
    """Hide the values of a request whose bearer token could not be verified; other failures of its page keep theirs."""
    try:
        yield
    except Exception:
        hide(request)
        raise


def hidden_from_reports(view: View) -> View:
    """Decorate a view that takes a token or a secret: no error report shows one."""

    @wraps(view)
    def hidden(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        hide(request)
        return told_by_kind(view, request, *args, **kwargs)

    return hidden  # type: ignore[return-value]  # wraps keeps the signature


class HiddenFromReports:
    """`hidden_from_reports` for class-based views."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """Return the view, hidden before anything of the class runs."""
        return hidden_from_reports(super().as_view(**initkwargs))  # type: ignore[misc,no-any-return]  # the view mixed into


def _described(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {place.name}, {place.filename}:{place.lineno}"
