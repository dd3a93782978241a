"""What Django raises where the body of a request cannot be read as a form."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError

# Too large, too many fields, cut off, not in the encoding that it declares, or in one that nobody knows.
UNREADABLE: Final = (
    BadRequest,
    SuspiciousOperation,
    MultiPartParserError,
    UnreadablePostError,
    UnicodeError,
    LookupError,
)
