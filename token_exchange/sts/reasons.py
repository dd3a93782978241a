"""List the reasons for which an exchange is refused, as stable codes for the record; no client ever sees one."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Name the reasons; a released code never changes, because reports count by it."""

    CLIENT_AUTHENTICATION_FAILED = "client_authentication_failed"
    CLIENT_AUTHENTICATED_TWICE = "client_authenticated_twice"
    CLIENT_IS_PUBLIC = "client_is_public"
    CLIENT_SECRET_IS_BLANK = "client_secret_is_blank"
    TOO_MANY_FAILURES = "too_many_failures"
    CLIENT_HAS_NO_POLICY = "client_has_no_policy"

    BODY_MALFORMED = "body_malformed"
    BODY_TOO_LARGE = "body_too_large"
    QUERY_NOT_ALLOWED = "query_not_allowed"
    PARAMETER_MISSING = "parameter_missing"
    PARAMETER_REPEATED = "parameter_repeated"
    PARAMETER_TOO_LARGE = "parameter_too_large"
    PARAMETER_MALFORMED = "parameter_malformed"
    PARAMETER_UNSUPPORTED = "parameter_unsupported"
    PARAMETER_WITHOUT_ITS_TOKEN = "parameter_without_its_token"
    TOO_MANY_TARGETS = "too_many_targets"
    TARGET_REPEATED = "target_repeated"
    TARGET_MALFORMED = "target_malformed"
    TARGET_UNKNOWN = "target_unknown"

    TOKEN_TYPE_UNSUPPORTED = "token_type_unsupported"
    TOKEN_UNKNOWN = "token_unknown"
    TOKEN_EXPIRED = "token_expired"
    TOKEN_REVOKED = "token_revoked"
    NO_LONGER_GRANTED = "no_longer_granted"
    ANCESTOR_REVOKED = "ancestor_revoked"
    TRANSPORT_NOT_SECURE = "transport_not_secure"
    TOKEN_WITHOUT_ORIGIN = "token_without_origin"
    TOKEN_ISSUER_DISABLED = "token_issuer_disabled"
    CHAIN_MALFORMED = "chain_malformed"

    ISSUER_UNKNOWN = "issuer_unknown"
    TOKEN_TYPE_NOT_TAKEN_FROM_ISSUER = "token_type_not_taken_from_issuer"
    JWT_MALFORMED = "jwt_malformed"
    SIGNATURE_INVALID = "signature_invalid"
    CLAIMS_INVALID = "claims_invalid"
    CLAIM_CONDITION_FAILED = "claim_condition_failed"
    TOKEN_BOUND_TO_KEY = "token_bound_to_key"
    TOKEN_RESTRICTED = "token_restricted"
    KEYS_UNAVAILABLE = "keys_unavailable"
    INTROSPECTION_INACTIVE = "introspection_inactive"
    INTROSPECTION_UNAVAILABLE = "introspection_unavailable"
    TOKEN_REPLAYED = "token_replayed"
    TOKEN_WITHOUT_ID = "token_without_id"
    SUBJECT_AMBIGUOUS = "subject_ambiguous"
    SUBJECT_PRIVILEGED = "subject_privileged"
    ADDRESS_NOT_VERIFIED = "address_not_verified"

    SUBJECT_UNKNOWN = "subject_unknown"
    SUBJECT_INACTIVE = "subject_inactive"
    ACTOR_INACTIVE = "actor_inactive"

    DENIED_BY_POLICY = "denied_by_policy"
    NOT_PERMITTED_BY_ANY_POLICY = "not_permitted_by_any_policy"

    SERVER_FAILURE = "server_failure"
