"""A trusted issuer in the order in which somebody sets it up; how it is going comes first where it exists."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from token_exchange.trusted_issuers import social_accounts

WHO: Final = (None, {"fields": ["name", "issuer", "enabled"]})
HEALTH: Final = (_("Health"), {"fields": ["last_fetch", "last_outcome", "keys_in_use", "keys_left_out", "last_used"]})
SUBJECTS: Final = ["subject_mapping", "subject_claim", "mapping_claim", "allauth_provider", "allows_privileged"]
TRUST: Final[list[tuple[Any, Any]]] = [
    (_("What is believed"), {"fields": ["token_types", "audiences", "audience_claim", "max_age", "single_use"]}),
    (
        _("How it is verified"),
        {"fields": ["key_source", "algorithms", "jwks_url", "pasted_keys", "allows_missing_key_id"]},
    ),
    (_("Introspection"), {"fields": ["introspection_url", "credentials"], "classes": ["collapse"]}),
    (_("Network"), {"fields": ["allows_private_network", "ca_bundle"], "classes": ["collapse"]}),
    (_("Which of its tokens"), {"fields": ["conditions", "is_own_alone", "mutable_claims_accepted"]}),
]
EFFECT: Final[list[tuple[Any, Any]]] = [
    (_("Users created on first sight"), {"fields": ["created_attributes", "created_group"], "classes": ["collapse"]}),
    (_("What its tokens bring"), {"fields": ["scope_claim", "scopes", "copied_claims"]}),
]


def fieldsets_for(row: Any) -> list[tuple[Any, Any]]:
    """Return the groups of fields for a row, None for one to be added."""
    # Where there is no django-allauth, nobody is asked about it.
    subjects = [field for field in SUBJECTS if field != "allauth_provider" or social_accounts.are_kept()]
    health = [HEALTH] if row is not None else []
    return [WHO, *health, *TRUST, (_("Who its subjects are"), {"fields": subjects}), *EFFECT]
