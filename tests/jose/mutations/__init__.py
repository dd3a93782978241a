"""The classes of the Wycheproof vectors as changes to a genuine token: none of the changed ones may count."""

from __future__ import annotations

from tests.jose.mutations.ecdsa import ECDSA
from tests.jose.mutations.eddsa import EDDSA
from tests.jose.mutations.forged import FORGED
from tests.jose.mutations.rsa import RSA
from tests.jose.mutations.spelt import SPELT
from tests.jose.mutations.typed import TYPED
from tests.jose.mutations.written import WRITTEN

MISREAD = {**WRITTEN, **SPELT}
"""What no strict reader takes for a JWT."""

UNSIGNED = {
    "RS256": {**FORGED, **RSA},
    "PS256": {**FORGED, **RSA},
    "ES256": {**FORGED, **ECDSA},
    "EdDSA": {**FORGED, **EDDSA},
}
"""What reads well, and which the issuer's key has not signed under the pinned algorithm."""

__all__ = ["MISREAD", "TYPED", "UNSIGNED"]
