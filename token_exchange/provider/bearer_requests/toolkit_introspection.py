"""Keep the toolkit's own introspection view from showing tokens that ours would not show.

The toolkit's view reads the row of a token only. It would call a token active after its policy, target or user has been
disabled, and show it to every client.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, QueryDict
from django.views.decorators.debug import sensitive_variables

from token_exchange.configuration.snapshot import ConfigurationIsChanging
from token_exchange.provider.client_authentication.calling_client import calling_client
from token_exchange.provider.in_person import pages_for_people
from token_exchange.tokens import introspection

UNKNOWN: Final = ""
"""A value that is never a token, so that the view answers that it is inactive."""


def hide_inactive_token(request: HttpRequest) -> None:
    """Replace the token in a request to the toolkit's view, unless our view would show that token to this client."""
    if not _is_for_toolkit_view(request):
        return
    request.GET = _without_hidden(request, request.GET)  # type: ignore[assignment]  # a copy serves the view as well
    request.POST = _without_hidden(request, request.POST)  # type: ignore[assignment]  # as above


def _is_for_toolkit_view(request: HttpRequest) -> bool:
    from oauth2_provider.views import IntrospectTokenView

    match = pages_for_people.match_of(request)
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
