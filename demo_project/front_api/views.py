"""Exchange the token of a request for one that the back API accepts, and return the orders."""

from __future__ import annotations

from typing import Any

from oauth2_provider.contrib.rest_framework import TokenHasScope
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from demo_project.exchanging import Exchange
from demo_project.front_api import back_api
from token_exchange.rest_framework.authentication import TokenExchangeAuthentication


class OrdersView(APIView):
    """Return a user's orders, fetched from the back API with an exchanged token."""

    authentication_classes = [TokenExchangeAuthentication]
    permission_classes = [TokenHasScope]
    required_scopes = ["orders:read"]

    def get(self, request: Request) -> Response:
        """Exchange the token of the request, call the back API, and return both answers."""
        site = f"http://127.0.0.1:{request.META['SERVER_PORT']}"
        received = request.META["HTTP_AUTHORIZATION"].partition(" ")[2]
        exchange = back_api.trade(received, site)
        if exchange.answer.status != 200:
            return Response({"exchange": exchange.told()}, status=502)
        orders = back_api.orders(exchange.answer.json["access_token"], site)
        return Response(_told(exchange, orders), status=200 if orders.status == 200 else 502)


def _told(exchange: Exchange, orders: Any) -> dict[str, Any]:
    # A real front API would return the orders and keep the rest to itself.
    return {"orders": orders.json.get("orders"), "exchange": exchange.told(), "back_api": orders.json}
