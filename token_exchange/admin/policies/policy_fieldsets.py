"""The fields of a policy in the order in which an exchange meets them."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

FIELDSETS: Final[list[tuple[Any, Any]]] = [
    (None, {"fields": ["name", "effect", "description"]}),
    (_("Who calls"), {"fields": ["client"]}),
    (
        _("What it presents"),
        {"fields": ["subject_token_types", "takes_local_tokens", "issuing_clients", "trusted_issuers", "conditions"]},
    ),
    (
        _("For whom"),
        {
            "fields": [
                "subject_kind",
                "subject_users",
                "subject_groups",
                "privileged_subjects",
                "privileged_knowingly",
            ]
        },
    ),
    (
        _("Who acts"),
        {
            "fields": [
                "ways",
                "actor_users",
                "actor_groups",
                "actor_clients",
                "limited_to_actor_scopes",
                "max_chain_depth",
            ]
        },
    ),
    (_("For where"), {"fields": ["targets"]}),
    (
        _("What is issued"),
        {
            "fields": [
                "scopes",
                "narrows_scope",
                "issued_token_types",
                "max_lifetime",
                "revoked_with_parents",
                "may_act",
            ]
        },
    ),
    (
        _("When, and whether at all"),
        {"fields": ["enabled", "report_only", "emptied_knowingly", "position", "begins", "ends"]},
    ),
]

RELATIONS: Final = (
    "client",
    "issuing_clients",
    "trusted_issuers",
    "subject_users",
    "subject_groups",
    "actor_users",
    "actor_groups",
    "actor_clients",
    "targets",
    "may_act",
)
