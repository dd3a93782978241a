"""Define the URLs of the account pages, where users manage their tokens. Include them under any prefix:

path("account/tokens/", include("token_exchange.urls.account")),
"""

from __future__ import annotations

from django.urls import path

from token_exchange.views.acts import ActsView, StopView
from token_exchange.views.personal_access_tokens import MakeView, RenewView, RevokeView, TokensView

app_name = "token_exchange_account"

urlpatterns = [
    path("", TokensView.as_view(), name="tokens"),
    path("new/", MakeView.as_view(), name="new"),
    path("<int:key>/renew/", RenewView.as_view(), name="renew"),
    path("<int:key>/revoke/", RevokeView.as_view(), name="revoke"),
    path("acts/", ActsView.as_view(), name="acts"),
    path("acts/<int:key>/stop/", StopView.as_view(), name="stop"),
]
