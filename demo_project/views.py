"""Serve the pages of the demo to a browser."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from demo_project.cast import CLIENTS, PEOPLE


class StartView(TemplateView):
    """Explain the demo, and link its pages."""

    template_name = "demo_project/start.html"
    extra_context = {"people": PEOPLE, "clients": CLIENTS}


class CallbackView(TemplateView):
    """Show the authorization code of a login; a real client would redeem it."""

    template_name = "demo_project/callback.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the code, or the error, to the context."""
        parameters = self.request.GET
        return super().get_context_data(code=parameters.get("code"), error=parameters.get("error"), **kwargs)
