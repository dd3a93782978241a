"""List the names that RFC 8693 defines for requests (grant type, token types, parameters), and their limits."""

from __future__ import annotations

from typing import Final

FORM: Final = "application/x-www-form-urlencoded"
FORMS: Final = frozenset({FORM, "multipart/form-data"})
"""The accepted content types of a request: RFC 6749 defines the first, django-oauth-toolkit reads both."""

GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"

ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"
REFRESH_TOKEN: Final = "urn:ietf:params:oauth:token-type:refresh_token"
ID_TOKEN: Final = "urn:ietf:params:oauth:token-type:id_token"
JWT: Final = "urn:ietf:params:oauth:token-type:jwt"
PERSONAL_ACCESS_TOKEN: Final = "urn:token-exchange:token-type:personal_access_token"
"""A token that a user made for a script; RFC 8693 §3 allows servers to define such types."""
IMPERSONATION_TICKET: Final = "urn:token-exchange:token-type:impersonation_ticket"
"""A single-use subject token, with which one user may act as another."""
USER: Final = "urn:token-exchange:token-type:user"
"""The name of a user in place of a token; the party of the actor token acts for this user."""
NEEDS_PERMISSION: Final = frozenset({IMPERSONATION_TICKET, USER})
"""Types with which an actor acts without a token of the subject, so that an impersonation permission is needed."""
SUBJECT_ONLY: Final = NEEDS_PERMISSION | {ID_TOKEN, REFRESH_TOKEN, PERSONAL_ACCESS_TOKEN}
"""Types that an actor token cannot have: an actor presents a local access token, which may be a JWT."""
FROM_OWN_CLIENT: Final = frozenset({ID_TOKEN, REFRESH_TOKEN})
"""Types whose local tokens may be presented only by the client that they were issued to."""
FROM_ANY_CLIENT: Final = frozenset({PERSONAL_ACCESS_TOKEN, *NEEDS_PERMISSION})
"""Types that any client may present; the policy alone decides which client."""

# RFC 8693 §2.1 allows these two to repeat; RFC 6749 §3.2 forbids it for all other parameters.
REPEATABLE: Final = frozenset({"resource", "audience"})

# RFC 9396: a client that restricts its request with this parameter must not receive the unrestricted scope.
UNSUPPORTED: Final = frozenset({"authorization_details"})

OPENID: Final = "openid"
"""The scope with which a client requests an ID token (OpenID Connect Core §3.1.2.1)."""

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

# Limits in bytes, and numbers of fields. They are well below Django's own limits, whose errors are not in JSON
# (RFC 6749 §5.2).
MAX_BODY_BYTES: Final = 65_536
MAX_FIELDS: Final = 100
MAX_TOKEN_BYTES: Final = 16_384
MAX_PARAMETER_BYTES: Final = 4_096
MAX_TARGETS: Final = 10

LEEWAY: Final = 30
"""The accepted difference between the clocks of two servers in seconds; single-use tokens use the same number."""
