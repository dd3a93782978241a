"""Define the error of this package, which has a stable code and contains nothing of the token."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeGuard


class Flaw(StrEnum):
    """Name the reason of a refusal by a stable code, for records and for the admin."""

    TOO_LONG = "too_long"
    NOT_COMPACT = "not_compact"
    ENCRYPTED = "encrypted"
    NOT_BASE64URL = "not_base64url"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    NAME_REPEATED = "name_repeated"
    TOO_DEEP = "too_deep"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    TEXT_UNSTORABLE = "text_unstorable"
    HEADER_NOT_ALLOWED = "header_not_allowed"
    HEADER_MALFORMED = "header_malformed"

    ALGORITHM_NOT_PINNED = "algorithm_not_pinned"
    KEY_NOT_NAMED = "key_not_named"
    KEY_UNKNOWN = "key_unknown"
    KEY_OF_OTHER_ALGORITHM = "key_of_other_algorithm"
    SIGNATURE_WRONG = "signature_wrong"

    ISSUER_WRONG = "issuer_wrong"
    SUBJECT_MALFORMED = "subject_malformed"
    SUBJECT_TOO_LONG = "subject_too_long"
    AUDIENCE_MALFORMED = "audience_malformed"
    AUDIENCE_WRONG = "audience_wrong"
    TIME_MALFORMED = "time_malformed"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    TOO_OLD = "too_old"
    TOKEN_ID_MALFORMED = "token_id_malformed"

    KEY_SET_TOO_LARGE = "key_set_too_large"
    KEY_SET_MALFORMED = "key_set_malformed"
    KEY_SET_UNUSABLE = "key_set_unusable"
    KEY_MALFORMED = "key_malformed"
    KEY_SYMMETRIC = "key_symmetric"
    KEY_PRIVATE = "key_private"
    KEY_KIND_UNSUPPORTED = "key_kind_unsupported"
    KEY_NOT_FOR_SIGNATURES = "key_not_for_signatures"
    KEY_ID_MALFORMED = "key_id_malformed"
    KEY_ID_REPEATED = "key_id_repeated"
    KEY_ID_MISSING = "key_id_missing"
    RSA_SIZE = "rsa_size"
    RSA_EXPONENT = "rsa_exponent"
    RSA_ROCA = "rsa_roca"


class Refused(ValueError):
    """A token, a key or a key set is not acceptable."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


def is_name(value: object, longest: int) -> TypeGuard[str]:
    """Return True if the value is printable text of one to `longest` characters: safe to show, store and compare."""
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()
