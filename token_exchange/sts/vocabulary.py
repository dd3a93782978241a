"""The words of RFC 8693 on the wire: grant type, token types, parameters and their limits."""

from __future__ import annotations

from typing import Final

FORM: Final = "application/x-www-form-urlencoded"
FORMS: Final = frozenset({FORM, "multipart/form-data"})
"""Kinds of body that an exchange may come in; RFC 6749 knows the first, the toolkit reads both."""

GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"

ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"
REFRESH_TOKEN: Final = "urn:ietf:params:oauth:token-type:refresh_token"
ID_TOKEN: Final = "urn:ietf:params:oauth:token-type:id_token"
JWT: Final = "urn:ietf:params:oauth:token-type:jwt"
EXTERNAL_TYPES: Final = frozenset({JWT, ID_TOKEN})
PERSONAL_ACCESS_TOKEN: Final = "urn:token-exchange:token-type:personal_access_token"
"""Not of RFC 8693: a token that a person made for a script (§3 lets anybody name a type by a URI of theirs)."""
IMPERSONATION_TICKET: Final = "urn:token-exchange:token-type:impersonation_ticket"
"""A subject token made out to one person, who acts with it as another; it counts once."""
USER: Final = "urn:token-exchange:token-type:user"
"""No token at all: the name of a user, for whom the party of the actor token acts."""
ON_BEHALF: Final = frozenset({IMPERSONATION_TICKET, USER})
"""Types with which somebody acts without holding a token of the subject's: a permission has to say so."""
SUBJECT_ONLY: Final = EXTERNAL_TYPES | ON_BEHALF | {REFRESH_TOKEN, PERSONAL_ACCESS_TOKEN}
"""Types that no actor token has: whoever acts here shows an access token of this server."""
HELD_BY_ONE: Final = frozenset({ID_TOKEN, REFRESH_TOKEN})
"""Types of which a token of this server is for the client that it was issued to, and for no other."""
HANDED_OVER: Final = frozenset({PERSONAL_ACCESS_TOKEN, *ON_BEHALF})
"""Types that a person gives to whichever client it likes: the policy that takes the type says which may come."""

# RFC 8693 §2.1 lets these two repeat; RFC 6749 §3.2 lets nothing else.
REPEATABLE: Final = frozenset({"resource", "audience"})

# RFC 9396: a client that asks for less than a scope gives must not be handed the whole scope.
UNSUPPORTED: Final = frozenset({"authorization_details"})

TOKEN_PARAMETERS: Final = ("subject_token", "actor_token")
PARAMETERS: Final = frozenset(
    {
        "grant_type",
        "subject_token",
        "subject_token_type",
        "actor_token",
        "actor_token_type",
        "requested_token_type",
        "scope",
        "client_id",
        "client_secret",
        "client_assertion",
        "client_assertion_type",
        "reason",
        "reference",
        *REPEATABLE,
        *UNSUPPORTED,
    }
)

# Bytes. Well below Django's own limits, so that going over them is answered in JSON (RFC 6749 §5.2).
MAX_BODY_BYTES: Final = 65_536
MAX_FIELDS: Final = 100
MAX_TOKEN_BYTES: Final = 16_384
MAX_PARAMETER_BYTES: Final = 4_096
MAX_TARGETS: Final = 10

LEEWAY: Final = 30
"""Seconds by which the clocks of two servers may differ: the only such number, the replay store's too."""
