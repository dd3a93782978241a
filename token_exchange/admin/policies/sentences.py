"""Show policies on the pages of other objects, each with its sentence and a link."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from token_exchange.wording.policy_sentence import sentence_html


def may_read(model: Any, request: HttpRequest, site: Any) -> bool:
    """Return True if this user may view rows of the model on their own admin pages."""
    return bool(site.is_registered(model) and site.get_model_admin(model).has_view_permission(request))


def linked_sentences(policies: Iterable[Any], site_name: str) -> SafeString:
    """Return the HTML list of the policies, each with its linked name and its sentence."""
    rows = [(_link(policy, site_name), _note(policy), sentence_html(policy)) for policy in policies]
    if not rows:
        return format_html("<p>{}</p>", gettext("None."))
    items = format_html_join("", "<li>{} {}<br>{}</li>", rows)
    return format_html('<ul class="token-exchange-policies">{}</ul>', items)


def _link(policy: Any, site_name: str) -> SafeString:
    url = reverse(f"{site_name}:token_exchange_exchangepolicy_change", args=[policy.pk])
    return format_html('<a href="{}">{}</a>', url, policy.name)


def _note(policy: Any) -> SafeString | str:
    if policy.enabled:
        return ""
    return format_html('<span class="token-exchange-quiet">({})</span>', gettext("disabled"))
