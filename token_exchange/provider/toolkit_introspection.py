"""The toolkit's own introspection view, which reads a token's row and asks nothing else about it."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, QueryDict
from django.views.decorators.debug import sensitive_variables

from token_exchange.configuration.snapshot import ConfigurationIsChanging
from token_exchange.provider import pages
from token_exchange.provider.calling_client import calling_client
from token_exchange.tokens import introspection

UNKNOWN: Final = ""
"""A token that no server issues; the view answers that it is inactive."""


def hide_what_is_inactive(request: HttpRequest) -> None:
    """Let the toolkit's view show a token only if ours would, to this client, with the same scopes.

    The view says *active* after the policy, the target or the user is off, and it says so to every client.
    """
    if not _leads_to_it(request):
        return
    request.GET = _without_hidden(request, request.GET)  # type: ignore[assignment]  # a copy serves the view as well
    request.POST = _without_hidden(request, request.POST)  # type: ignore[assignment]  # as above


def _leads_to_it(request: HttpRequest) -> bool:
    from oauth2_provider.views import IntrospectTokenView

    match = pages.match_of(request)
    view = getattr(match.func, "view_class", None) if match else None
    return isinstance(view, type) and issubclass(view, IntrospectTokenView)


@sensitive_variables()
def _without_hidden(request: HttpRequest, form: QueryDict) -> QueryDict:
    value = form.get("token")
    if value is None or _is_shown(value, request):
        return form
    hidden = form.copy()
    hidden["token"] = UNKNOWN
    return hidden


@sensitive_variables()
def _is_shown(value: str, request: HttpRequest) -> bool:
    client = calling_client(request)
    if client is None:
        return False
    try:
        return introspection.of(value, client, request) is not None
    except ConfigurationIsChanging:
        return False
