"""People's own personal access tokens by API: list, make, renew, revoke (docs/openapi/personal-access-tokens.json)."""

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
from token_exchange.rest_framework.authentication import TokenExchangeAuthentication, carries_personal
from token_exchange.rest_framework.permissions import ActsInPerson
from token_exchange.rest_framework.personal_access_token_serializers import (
    MakingSerializer,
    RenewalSerializer,
    TokenSerializer,
)
from token_exchange.toolkit.compat import token_database


class ManagingAuthentication(TokenExchangeAuthentication):
    """Bearer tokens of apps; a personal access token, valid or not, is told that it will never do (N12)."""

    def authenticate(self, request: Request | None) -> tuple[Any, Any] | None:
        """Return the user and the access token; raise `PermissionDenied` for a personal access token."""
        if request is not None and carries_personal(request):
            raise PermissionDenied(ActsInPerson.message)
        return super().authenticate(request)


class MayManage(ActsInPerson):
    """Admits a user in person, whose app, if one asks, was given the scope `personal_access_tokens`."""

    scopes = (PERSONAL_ACCESS_TOKENS,)


@method_decorator(never_cache, name="dispatch")
class PersonalAccessTokensView(ViewSet):
    """JSON only: the value of a token has no place in a page that a framework draws."""

    authentication_classes = [ManagingAuthentication, SessionAuthentication]
    permission_classes = [MayManage]
    renderer_classes = [JSONRenderer]
    parser_classes = [JSONParser]

    def list(self, request: Request) -> Response:
        """Tell of the user's tokens: all live ones, then the last that have ended."""
        return Response(TokenSerializer(lookup.of_owner(request.user), many=True).data)

    @method_decorator(sensitive_variables())
    def create(self, request: Request) -> Response:
        """Make a token; only this answer holds its value."""
        sent = MakingSerializer(data=request.data)
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
        """Give a token another value and end; only this answer holds the value."""
        row = _own(request, key)
        sent = RenewalSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            made = making.renew(row, expires=sent.validated_data["expires"], app=_app(request))
        except making.Refused as refused:
            raise _invalid(refused) from refused
        return _with_value(made, status.HTTP_200_OK)

    def revoke(self, request: Request, key: int) -> Response:
        """End a token and everything exchanged from it; tell how many tokens of exchanges died."""
        row = _own(request, key)
        died = revocation.revoke_by_owner(row)
        row.refresh_from_db(using=token_database())
        return Response({**TokenSerializer(row).data, "stopped": died})


def _own(request: Request, key: int) -> PersonalAccessToken:
    """Return a token of the user that is not revoked; another user's does not exist, nor, to an app, another app's."""
    rows = PersonalAccessToken.objects.using(token_database()).filter(owner=request.user.pk, revoked=None)
    if app := _app(request):
        rows = rows.filter(created_by=app.client)
    return get_object_or_404(rows, pk=key)


def _app(request: Request) -> App | None:
    """Return the app that asks, None in a session; a token that no app answers for makes nothing."""
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
    """Return the answer that names each field and what is wrong with it."""
    complaints: dict[str, list[str]] = {}
    for error in refused.errors:
        name = error.field or str(api_settings.NON_FIELD_ERRORS_KEY)
        complaints.setdefault(name, []).append(error.message)
    return ValidationError(complaints)
