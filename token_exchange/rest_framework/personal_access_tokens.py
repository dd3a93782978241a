"""Serve the API by which users manage their personal access tokens (docs/openapi/personal-access-tokens.json)."""

from __future__ import annotations

from typing import Any, cast

from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import ViewSet

from token_exchange.models import PersonalAccessToken
from token_exchange.people.reserved import PERSONAL_ACCESS_TOKENS
from token_exchange.personal_access_tokens import lookup, making, revocation
from token_exchange.personal_access_tokens.making import NewToken
from token_exchange.personal_access_tokens.validation import App
from token_exchange.rest_framework.authentication import TokenExchangeAuthentication, has_personal_access_token
from token_exchange.rest_framework.permissions import ActsInPerson
from token_exchange.rest_framework.personal_access_token_serializers import (
    NewTokenSerializer,
    RenewalSerializer,
    TokenSerializer,
)
from token_exchange.toolkit.compat import token_database


class ManagingAuthentication(TokenExchangeAuthentication):
    """Authenticates apps by access tokens. Every personal access token gets 403, so that scripts do not try again."""

    def authenticate(self, request: Request | None) -> tuple[Any, Any] | None:
        """Return the user and the access token; raise `PermissionDenied` for a personal access token."""
        if request is not None and has_personal_access_token(request):
            raise PermissionDenied(ActsInPerson.message)
        return super().authenticate(request)


class MayManageTokens(ActsInPerson):
    """Admits a user in person; an app of the user needs the scope `personal_access_tokens`."""

    scopes = (PERSONAL_ACCESS_TOKENS,)


@method_decorator(never_cache, name="dispatch")
class PersonalAccessTokensView(ViewSet):
    """Serves JSON only: REST framework's browsable pages would show the value of a token."""

    authentication_classes = [ManagingAuthentication, SessionAuthentication]
    permission_classes = [MayManageTokens]
    renderer_classes = [JSONRenderer]
    parser_classes = [JSONParser]

    def list(self, request: Request) -> Response:
        """List the user's tokens: all active ones, then the latest inactive ones."""
        return Response(TokenSerializer(lookup.of_owner(request.user), many=True).data)

    @method_decorator(sensitive_variables())
    def create(self, request: Request) -> Response:
        """Create a token; only this answer holds its value."""
        sent = NewTokenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            described, owner = dict(sent.validated_data), cast("Any", request.user)
            targets = described.pop("targets")
            made = making.make(PersonalAccessToken(owner=owner, **described), targets, _app(request))
        except making.Refused as refused:
            raise _invalid(refused) from refused
        return _with_value(made, status.HTTP_201_CREATED)

    @method_decorator(sensitive_variables())
    def renew(self, request: Request, key: int) -> Response:
        """Give a token a new value and a new end; only this answer holds the value."""
        row = _own(request, key)
        sent = RenewalSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            made = making.renew(row, expires=sent.validated_data["expires"], app=_app(request))
        except making.Refused as refused:
            raise _invalid(refused) from refused
        return _with_value(made, status.HTTP_200_OK)

    def revoke(self, request: Request, key: int) -> Response:
        """Revoke a token and its descendants; return the number of descendants as `stopped`."""
        row = _own(request, key)
        stopped = revocation.revoke_by_owner(row)
        row.refresh_from_db(using=token_database())
        return Response({**TokenSerializer(row).data, "stopped": stopped})


def _own(request: Request, key: int) -> PersonalAccessToken:
    """Return a token of the user that is not revoked; raise `Http404` for others, and for those of another app."""
    rows = PersonalAccessToken.objects.using(token_database()).filter(owner=request.user.pk, revoked=None)
    if app := _app(request):
        rows = rows.filter(created_by=app.client)
    return get_object_or_404(rows, pk=key)


def _app(request: Request) -> App | None:
    """Return the calling app, None for a session; raise `PermissionDenied` for a token without an application."""
    token: Any = request.auth
    if token is None:
        return None
    if token.application is None:
        raise PermissionDenied
    return App(
        client=token.application,
        scopes=frozenset(token.scope.split()),
        resources=frozenset(token.resource or ()),
    )


@sensitive_variables()
def _with_value(made: NewToken, code: int) -> Response:
    return Response({**TokenSerializer(made.row).data, "token": made.value}, status=code)


def _invalid(refused: making.Refused) -> ValidationError:
    """Return an error with the messages of each field."""
    messages: dict[str, list[str]] = {}
    for error in refused.errors:
        name = error.field or str(api_settings.NON_FIELD_ERRORS_KEY)
        messages.setdefault(name, []).append(error.message)
    return ValidationError(messages)
