"""INV-6alg: a signature needs an algorithm that the row pins, and a key of its kind and use."""

from __future__ import annotations

import pytest

from tests.jose.issuer import EVERY_ALGORITHM, Issuer, jwk_set
from tests.worlds.external_issuer import current, trusting
from token_exchange.sts.vocabulary import JWT

pytestmark = [pytest.mark.scenario("INV-6alg"), pytest.mark.compliance("RFC 8725", "3.1")]


@pytest.mark.parametrize("pinned", EVERY_ALGORITHM)
def test_only_what_is_pinned_counts(world, pinned):
    """Of ten algorithms under ten rows, a token is accepted where the row pins its algorithm."""
    honest = Issuer(pinned)
    row = trusting(world, honest)

    def present(signer):
        # The key says nothing of algorithms: the row alone does.
        row.pasted_keys = jwk_set(signer.jwk(alg=..., use=...)).decode()
        row.save()
        return world.exchange(signer.token(**current()), subject_token_type=JWT)

    for algorithm in EVERY_ALGORITHM:
        if algorithm == pinned:
            continue
        world.refused(
            lambda: present(honest),
            lambda algorithm=algorithm: present(Issuer(algorithm)),
            error="invalid_request",
            reason="signature_invalid",
        )


@pytest.mark.parametrize("algorithm", EVERY_ALGORITHM)
def test_the_name_and_the_signature_agree(world, algorithm):
    """A token that names one algorithm and was signed with another is refused, even if the row pins all."""
    signers = {name: Issuer(name, kid=name) for name in EVERY_ALGORITHM}
    honest = signers[algorithm]
    keys = jwk_set(*(signer.jwk(alg=...) for signer in signers.values())).decode()
    trusting(world, honest, algorithms=list(EVERY_ALGORITHM), pasted_keys=keys)
    for other in EVERY_ALGORITHM:
        if other == algorithm:
            continue
        token = honest.sign(honest.header(alg=other), current(iss="https://issuer.example", sub="alice"))
        world.refused(
            lambda: world.exchange(honest.token(**current()), subject_token_type=JWT),
            lambda token=token: world.exchange(token, subject_token_type=JWT),
            error="invalid_request",
            reason="signature_invalid",
        )
