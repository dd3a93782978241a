"""Change a genuine token in the ways of the Wycheproof vectors: every changed token must be refused."""

from __future__ import annotations

from tests.jose.mutations.ecdsa import ECDSA
from tests.jose.mutations.eddsa import EDDSA
from tests.jose.mutations.forged import FORGED
from tests.jose.mutations.rsa import RSA
from tests.jose.mutations.spelt import SPELT
from tests.jose.mutations.typed import TYPED
from tests.jose.mutations.written import WRITTEN

MISREAD = {**WRITTEN, **SPELT}
"""The changes after which a token is not a well-formed JWT."""

UNSIGNED = {
    "RS256": {**FORGED, **RSA},
    "PS256": {**FORGED, **RSA},
    "ES256": {**FORGED, **ECDSA},
    "EdDSA": {**FORGED, **EDDSA},
}
"""The changes after which a token is well-formed, but not signed by the issuer with the pinned algorithm."""

__all__ = ["MISREAD", "TYPED", "UNSIGNED"]
