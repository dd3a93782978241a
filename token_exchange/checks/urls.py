"""Check that the URLs reach our views, and that the metadata list the grant only while it is on (RFC 8414)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.urls import NoReverseMatch, get_script_prefix, resolve, reverse

from token_exchange.checks.pasting import assignment, at_the_end
from token_exchange.conf import token_exchange_settings
from token_exchange.sts.vocabulary import GRANT_TYPE


@register(Tags.urls)
def check_order(**kwargs: Any) -> list[CheckMessage]:
    """Warn if the toolkit's URLs are included before ours under the same prefix, so that its views answer."""
    from token_exchange.views.token import TokenView

    where = token_path()
    if where is None or issubclass(getattr(resolve(where).func, "view_class", object), TokenView):
        return []
    prefix = where.removeprefix("/").removesuffix("token/")
    return [
        Warning(
            "The views of token_exchange.urls are never reached: other URL patterns come first.",
            hint="Write in urlpatterns, in this order:\n"
            f'path("{prefix}", include("token_exchange.urls")),\n'
            f'path("{prefix}", include("oauth2_provider.urls")),',
            id="token_exchange.W002",
        )
    ]


@register(Tags.urls)
def check_metadata(**kwargs: Any) -> list[CheckMessage]:
    """Warn if the setting that the toolkit's metadata show contradicts ENABLED; our metadata do not use it."""
    from token_exchange.toolkit.compat import toolkit_setting

    configured = toolkit_setting("OAUTH2_GRANT_TYPES_SUPPORTED")
    enabled = token_exchange_settings.enabled
    if (GRANT_TYPE in configured) == enabled or token_path() is not None:
        return []
    others = [grant_type for grant_type in configured if grant_type != GRANT_TYPE]
    listed = [*others, GRANT_TYPE] if enabled else others
    return [
        Warning(
            "OAUTH2_GRANT_TYPES_SUPPORTED "
            + ("lacks token exchange, which is on." if enabled else "lists token exchange, which is off."),
            hint=at_the_end(
                "Include token_exchange.urls, or correct the list.",
                assignment("OAUTH2_PROVIDER", "OAUTH2_GRANT_TYPES_SUPPORTED", listed),
            ),
            id="token_exchange.W001",
        )
    ]


def token_path() -> str | None:
    """Return the path of our token endpoint, None if the site does not include it."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return None
    try:
        return "/" + reverse("token_exchange:token").removeprefix(get_script_prefix())
    except NoReverseMatch:
        return None
