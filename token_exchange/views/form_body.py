"""List the exceptions that Django raises if it cannot read the body of a request as a form."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError

# The body is too large, has too many fields, is cut off, or is not in the encoding that it declares.
UNREADABLE: Final = (
    BadRequest,
    SuspiciousOperation,
    MultiPartParserError,
    UnreadablePostError,
    UnicodeError,
    LookupError,
)
