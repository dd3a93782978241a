"""The toolkit's other endpoints that take a token or a secret: their failures show neither."""

from __future__ import annotations

from oauth2_provider import views as toolkit

from token_exchange.provider.error_reports import HiddenFromReports
from token_exchange.views.core import CoreOfItsOwn


class DeviceAuthorizationView(HiddenFromReports, CoreOfItsOwn, toolkit.DeviceAuthorizationView):
    """Starts the device flow as the toolkit does (RFC 8628)."""


class UserInfoView(HiddenFromReports, CoreOfItsOwn, toolkit.UserInfoView):
    """Describes the user of an access token as the toolkit does (OpenID Connect Core)."""


class ClientRegistrationView(HiddenFromReports, toolkit.DynamicClientRegistrationView):
    """Registers a client as the toolkit does (RFC 7591)."""


class ClientManagementView(HiddenFromReports, toolkit.DynamicClientRegistrationManagementView):
    """Shows, changes and deletes a registered client as the toolkit does (RFC 7592)."""
