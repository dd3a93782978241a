"""Serve the orders to tokens that were issued for the back API."""

from __future__ import annotations

from typing import Any

from oauth2_provider.contrib.rest_framework import TokenHasScope
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from demo_project.cast import AUDIENCE
from token_exchange.rest_framework.authentication import TokenExchangeAuthentication
from token_exchange.rest_framework.permissions import IsDelegated, TokenHasAudience
from token_exchange.wording.names import names_of

ORDERS = {
    "alice": [{"number": 1017, "what": "a bicycle bell"}, {"number": 1024, "what": "two inner tubes"}],
    "bob": [{"number": 1019, "what": "a saddle"}],
}


class OrdersView(APIView):
    """Return the orders of the token's user; refuse a token for another audience."""

    authentication_classes = [TokenExchangeAuthentication]
    permission_classes = [TokenHasAudience.of(AUDIENCE), IsDelegated, TokenHasScope]
    required_scopes = ["orders:read"]

    def get(self, request: Request) -> Response:
        """Return the orders, the user and the actors."""
        token: Any = request.auth
        user, status = request.user.get_username(), token.exchange
        names = names_of(status.chain)
        return Response(
            {
                "user": user,
                "acting": [names[party] for party in status.chain],
                "reason": status.claims.get("reason", ""),
                "audience": sorted(status.audience),
                "scope": token.scope,
                "policy": status.policy,
                "orders": ORDERS.get(user, []),
            }
        )


class ReleasesView(APIView):
    """Accept announcements of releases from tokens with the scope, also from a CI job, which has no user."""

    authentication_classes = [TokenExchangeAuthentication]
    permission_classes = [TokenHasAudience.of(AUDIENCE), TokenHasScope]
    required_scopes = ["releases:write"]

    def post(self, request: Request) -> Response:
        """Accept an announcement, and return the subject of the token."""
        token: Any = request.auth
        status = token.exchange
        return Response(
            {
                "user": request.user.get_username() or None,
                "subject": status.subject and status.subject.subject,
                "scope": token.scope,
                "policy": status.policy,
            },
            status=201,
        )
