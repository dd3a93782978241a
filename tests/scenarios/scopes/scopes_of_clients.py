"""A scopes backend as a site may write one: what a client may ask for depends on the client."""

from __future__ import annotations

from oauth2_provider.scopes import SettingsScopes


class ScopesOfClients(SettingsScopes):
    """Offers `write` to everybody but `front`."""

    def get_available_scopes(self, application=None, request=None, *args, **kwargs):
        """Return the scopes that this application may ask for."""
        scopes = super().get_available_scopes(application, request, *args, **kwargs)
        is_front = application is not None and application.client_id == "front"
        return [scope for scope in scopes if not (is_front and scope == "write")]
