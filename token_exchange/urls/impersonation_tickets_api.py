"""Define the URLs of the REST API for impersonation tickets. Include them under any prefix:

path("api/impersonation-tickets/", include("token_exchange.urls.impersonation_tickets_api")),
"""

from __future__ import annotations

from django.urls import path

from token_exchange.rest_framework.impersonation_tickets import ImpersonationTicketsView as View

app_name = "token_exchange_tickets_api"

urlpatterns = [
    path("", View.as_view({"get": "list", "post": "create"}), name="tickets"),
    path("<int:key>/", View.as_view({"get": "retrieve"}), name="ticket"),
    path("<int:key>/approve/", View.as_view({"post": "approve"}), name="approve"),
    path("<int:key>/decline/", View.as_view({"post": "decline"}), name="decline"),
    path("<int:key>/hand-over/", View.as_view({"post": "hand_over"}), name="hand-over"),
    path("<int:key>/withdraw/", View.as_view({"post": "withdraw"}), name="withdraw"),
]
