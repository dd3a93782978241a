"""Serve the toolkit's dynamic client registration (RFC 7591, RFC 7592) without tokens in error reports."""

from __future__ import annotations

from oauth2_provider import views as toolkit

from token_exchange.provider.error_reports import HiddenFromReports


class ClientRegistrationView(HiddenFromReports, toolkit.DynamicClientRegistrationView):
    """Registers a client (RFC 7591 §3)."""


class ClientManagementView(HiddenFromReports, toolkit.DynamicClientRegistrationManagementView):
    """Shows, changes and deletes a registered client (RFC 7592 §2)."""
