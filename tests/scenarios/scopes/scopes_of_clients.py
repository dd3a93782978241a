"""Provide a scopes backend of a site, in which the available scopes depend on the client."""

from __future__ import annotations

from oauth2_provider.scopes import SettingsScopes


class ScopesOfClients(SettingsScopes):
    """Offers the scope `write` to every client except `front`."""

    def get_available_scopes(self, application=None, request=None, *args, **kwargs):
        """Return the scopes that this application may request."""
        scopes = super().get_available_scopes(application, request, *args, **kwargs)
        is_front = application is not None and application.client_id == "front"
        return [scope for scope in scopes if not (is_front and scope == "write")]
