"""Which options of `explain_exchange` say something about which kind of token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.management.base import CommandError

from token_exchange.management.external_supposition import TYPES as EXTERNAL_TYPES
from token_exchange.management.usage import USAGE
from token_exchange.sts.vocabulary import IMPERSONATION_TICKET, PERSONAL_ACCESS_TOKEN, REFRESH_TOKEN, USER

TYPES: Final = {
    **EXTERNAL_TYPES,
    "refresh_token": REFRESH_TOKEN,
    "personal_access_token": PERSONAL_ACCESS_TOKEN,
    "impersonation_ticket": IMPERSONATION_TICKET,
    "user": USER,
}

_HELD: Final = frozenset({"subject_scope", "subject_audience"})
_SAID: Final = frozenset({"reason", "reference"})
_TICKET: Final = _SAID | {"ticket_of", "approved_by"}
_CLAIMS: Final = frozenset({"claim", "claims"})
ABOUT: Final[Mapping[str, frozenset[str]]] = {
    "access_token": _HELD | {"issued_to", "acting", "may_act"},
    "id_token": _HELD | _CLAIMS | {"issued_to"},
    "refresh_token": _HELD | {"issued_to"},
    "personal_access_token": _HELD,
    "impersonation_ticket": _HELD | _TICKET,
    "user": _SAID,
}
"""The options that fit each kind of token of this server."""


def require_fitting(options: Mapping[str, Any]) -> None:
    """Raise CommandError for an option that says nothing about the kind of token that is supposed."""
    kind = options["subject_token_type"]
    if options["issuer"]:
        who, fitting = "A token of an external issuer", _CLAIMS
    else:
        kind = kind or "access_token"
        who, fitting = f"A token of this server of the type {kind}", ABOUT.get(kind, frozenset())
    if kind is not None and kind not in (EXTERNAL_TYPES if options["issuer"] else ABOUT):
        raise CommandError(f"{who} is never of that kind: change --subject-token-type.", returncode=USAGE)
    for name in sorted(_HELD | _TICKET | _CLAIMS | ABOUT["access_token"]):
        if options[name] is not None and name not in fitting:
            raise CommandError(f"{who} knows nothing of it: leave out --{name.replace('_', '-')}.", returncode=USAGE)


def require_person(options: Mapping[str, Any]) -> None:
    """Raise CommandError where a kind of token that is always about a user, or used by one, lacks that user."""
    kind = options["subject_token_type"]
    if options["subject_client"] and kind not in (None, "access_token"):
        raise CommandError("A client has access tokens only: change --subject-token-type.", returncode=USAGE)
    if kind == "impersonation_ticket" and not options["ticket_of"]:
        raise CommandError("A ticket is used by the person who asked for it: add --ticket-of.", returncode=USAGE)
