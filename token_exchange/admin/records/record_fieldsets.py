"""A record in the order of its story."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

FIELDSETS: Final[list[tuple[Any, Any]]] = [
    (_("What was answered"), {"fields": ["outcome", "error", "explained", "severity", "created", "request_id"]}),
    (_("Who asked"), {"fields": ["client_id", "address"]}),
    (_("Who for whom"), {"fields": ["who", "way_words", "subject", "subject_name", "actor_named"]}),
    (
        _("What was asked for"),
        {
            "fields": [
                "requested_scope",
                "audience_list",
                "resource_list",
                "subject_token_type",
                "actor_token_type",
                "requested_token_type",
            ]
        },
    ),
    (
        _("What was granted"),
        {"fields": ["policy_name", "granted_scope", "lifetime", "issued_masked", "subject_masked", "actor_masked"]},
    ),
]
