"""List the vectors that Wycheproof calls valid and that are refused here, each with its reason.

There is no table for the other way: no vector that is called invalid is accepted. This one may only shrink.
"""

from __future__ import annotations

SYMMETRIC = "a shared secret never verifies an external token (INV-6alg)"
EMPTY = "a JWT carries a JSON object, so its payload is never empty"
OTHER_ALGORITHM = "the key says PS256 and the token PS384: a key is used with one algorithm (RFC 8725 §3.1)"
NO_SUCH_ALGORITHM = "the key says ES521, which no registry knows: RFC 7518 §3.4 has ES512"
NOT_BASE64URL = "a character outside the alphabet, in a token under a shared secret besides"

SIGNATURES = {
    **dict.fromkeys([1, 348, 352, 357, 358, 359, 376, 377], SYMMETRIC),
    **dict.fromkeys([259, 264, 268, 272, 320, 325], EMPTY),
    **dict.fromkeys([346, 350], OTHER_ALGORITHM),
    **dict.fromkeys([347, 351], NO_SUCH_ALGORITHM),
    **dict.fromkeys([372, 373], NOT_BASE64URL),
}

KEYS = dict.fromkeys([2, 13, 14, 15], SYMMETRIC)
