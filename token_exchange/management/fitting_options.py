"""Check that the options of `explain_exchange` fit the kind of token that they describe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.management.base import CommandError

from token_exchange.management.external_token import TYPES as EXTERNAL_TYPES
from token_exchange.management.terminal import USAGE
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
"""The options that describe each kind of local token."""


def require_fitting(options: Mapping[str, Any]) -> None:
    """Raise `CommandError` for an option that does not fit the kind of the subject token."""
    kind = options["subject_token_type"]
    if options["issuer"]:
        who, fitting = "an external token", _CLAIMS
    else:
        kind = kind or "access_token"
        who, fitting = f"a local token of the type {kind}", ABOUT.get(kind, frozenset())
    if kind is not None and kind not in (EXTERNAL_TYPES if options["issuer"] else ABOUT):
        raise CommandError(f"--subject-token-type {kind} does not fit {who}.", returncode=USAGE)
    for name in sorted(_HELD | _TICKET | _CLAIMS | ABOUT["access_token"]):
        if options[name] is not None and name not in fitting:
            raise CommandError(f"--{name.replace('_', '-')} does not fit {who}: omit it.", returncode=USAGE)


def require_person(options: Mapping[str, Any]) -> None:
    """Raise `CommandError` if the options name a client where the kind of token needs a user, or no user at all."""
    kind = options["subject_token_type"]
    if options["subject_client"] and kind not in (None, "access_token"):
        raise CommandError("The token of a client is an access token: change --subject-token-type.", returncode=USAGE)
    if kind == "impersonation_ticket" and not options["ticket_of"]:
        raise CommandError("Name the user who requested the ticket: add --ticket-of.", returncode=USAGE)
