"""The pages for people with a browser."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from demo_project.cast import CLIENTS, PEOPLE


class StartView(TemplateView):
    """What this is, and where to go from here."""

    template_name = "demo_project/start.html"
    extra_context = {"people": PEOPLE, "clients": CLIENTS}


class CallbackView(TemplateView):
    """Where a login comes back to: a real client would redeem the code, this page shows it."""

    template_name = "demo_project/callback.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the code, or why there is none."""
        parameters = self.request.GET
        return super().get_context_data(code=parameters.get("code"), error=parameters.get("error"), **kwargs)
