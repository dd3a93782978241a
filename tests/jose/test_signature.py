"""Whether a signature counts: algorithm pinned, key selected by name, all of them in agreement."""

from __future__ import annotations

import pytest

from tests.jose.issuer import EVERY_ALGORITHM, Issuer, claims, encode, jwk_set
from tests.jose.refusing import flaw_of
from token_exchange.jose.compact import read
from token_exchange.jose.key_policy import ASYMMETRIC, IMPLEMENTATIONS
from token_exchange.jose.keys import read_jwk_set
from token_exchange.jose.refusal import Flaw
from token_exchange.jose.signature import verify

SIZES = {"RS": 256, "PS": 256, "ES256": 64, "ES384": 96, "ES512": 132, "EdDSA": 64}


def resigned(text, change):
    """The same token under a signature that was changed."""
    message, _, _signature = text.rpartition(".")
    return f"{message}.{encode(change(read(text).signature))}"


@pytest.mark.parametrize("algorithm", EVERY_ALGORITHM)
def test_a_token_of_the_issuer_counts(algorithm):
    """A token of every supported algorithm, as PyJWT signs it, gives back the claims that were signed."""
    issuer = Issuer(algorithm)
    assert verify(read(issuer.token()), issuer.keys(), issuer.pinned) == claims()


@pytest.mark.parametrize("algorithm", EVERY_ALGORITHM)
def test_a_signature_covers_every_byte(algorithm):
    """One bit changed, one byte more, one less, none right: no signature but the issuer's counts."""
    issuer = Issuer(algorithm)
    text = issuer.token()
    size = SIZES.get(algorithm) or SIZES[algorithm[:2]]
    assert len(read(text).signature) == size
    for change in (
        lambda signature: bytes([signature[0] ^ 1]) + signature[1:],
        lambda signature: signature[:-1] + bytes([signature[-1] ^ 128]),
        lambda signature: signature + b"\0",
        lambda signature: b"\0" + signature,
        lambda signature: signature[:-1],
        lambda signature: b"\0" * len(signature),
        lambda signature: b"\0",
    ):
        assert flaw_of(verify, read(resigned(text, change)), issuer.keys(), issuer.pinned) is Flaw.SIGNATURE_WRONG


@pytest.mark.parametrize("algorithm", EVERY_ALGORITHM)
def test_changed_claims_are_not_the_issuers(algorithm):
    """A signature under other claims is wrong."""
    issuer = Issuer(algorithm)
    header, _, signature = issuer.token().split(".")
    _, payload, _ = issuer.token(sub="root").split(".")
    forged = read(f"{header}.{payload}.{signature}")
    assert flaw_of(verify, forged, issuer.keys(), issuer.pinned) is Flaw.SIGNATURE_WRONG


@pytest.mark.compliance("RFC 8725", "3.1")
@pytest.mark.parametrize("algorithm", EVERY_ALGORITHM)
def test_only_what_is_pinned_counts(algorithm):
    """An algorithm that the row does not pin verifies nothing, though the key could."""
    issuer = Issuer(algorithm)
    keys = read_jwk_set(jwk_set(issuer.jwk()), ASYMMETRIC)
    assert flaw_of(verify, read(issuer.token()), keys, ASYMMETRIC - issuer.pinned) is Flaw.ALGORITHM_NOT_PINNED


@pytest.mark.compliance("RFC 8725", "3.1")
@pytest.mark.parametrize("used", ["RS384", "PS256", "ES256", "EdDSA"])
def test_a_key_is_used_with_its_own_algorithm_only(used):
    """A key that says RS256 verifies nothing else, be everything else pinned."""
    issuer, other = Issuer("RS256"), Issuer(used)
    keys = read_jwk_set(jwk_set(issuer.jwk()), ASYMMETRIC)
    assert flaw_of(verify, read(other.token()), keys, ASYMMETRIC) is Flaw.KEY_OF_OTHER_ALGORITHM


def test_a_curve_belongs_to_its_algorithm():
    """A P-256 key without `alg` verifies no ES384 signature, RFC 7518 §3.4."""
    keys = read_jwk_set(jwk_set(Issuer("ES256").jwk(alg=...)), ASYMMETRIC)
    assert flaw_of(verify, read(Issuer("ES384").token()), keys, ASYMMETRIC) is Flaw.KEY_OF_OTHER_ALGORITHM


class TestOneName:
    """One name for several keys: those that fit the token's algorithm are tried, and no other."""

    rsa = [Issuer(kid="k", name=str(number)) for number in range(3)]
    curve = Issuer("ES256", kid="k")
    stranger = Issuer(kid="other", name="other")
    keys = read_jwk_set(jwk_set(*(issuer.jwk() for issuer in (*rsa, curve, stranger))), ASYMMETRIC)

    def test_each_of_them_verifies(self):
        """Whichever of them signed, the token counts."""
        for issuer in (*self.rsa, self.curve):
            assert verify(read(issuer.token()), self.keys, ASYMMETRIC)

    def test_no_other_key_is_tried(self):
        """A key of another name signs nothing under this one, though it is in the set."""
        token = read(self.stranger.sign(self.stranger.header(kid="k")))
        assert flaw_of(verify, token, self.keys, ASYMMETRIC) is Flaw.SIGNATURE_WRONG

    def test_each_for_its_own_algorithm(self):
        """A key of the name that is for another algorithm is no candidate (RFC 8725 §3.1)."""
        token = read(Issuer("RS512", kid="k", name="0").token())
        assert flaw_of(verify, token, self.keys, ASYMMETRIC) is Flaw.KEY_OF_OTHER_ALGORITHM
        assert flaw_of(verify, read(self.curve.token()), self.keys, frozenset({"RS256"})) is Flaw.ALGORITHM_NOT_PINNED

    def test_one_entry_for_each_algorithm(self):
        """One key that is listed once for each of its algorithms serves them all (ForgeRock does so)."""
        entries = [self.rsa[0].jwk(alg=algorithm) for algorithm in ("RS256", "RS384", "RS512")]
        keys = read_jwk_set(jwk_set(*entries), ASYMMETRIC)
        for algorithm in ("RS256", "RS384", "RS512"):
            assert verify(read(Issuer(algorithm, kid="k", name="0").token()), keys, ASYMMETRIC)

    def test_at_most_three_are_tried(self, monkeypatch):
        """What one token may cost is bounded, the same key in several entries included."""
        tried = []
        genuine = IMPLEMENTATIONS["RS256"].verify
        monkeypatch.setattr(IMPLEMENTATIONS["RS256"], "verify", lambda *parts: tried.append(1) or genuine(*parts))
        repeated = read_jwk_set(jwk_set(*(issuer.jwk() for issuer in self.rsa * 4)), ASYMMETRIC)
        token = read(Issuer(kid="k", name="attacker").token())
        assert flaw_of(verify, token, repeated, ASYMMETRIC) is Flaw.SIGNATURE_WRONG
        assert len(tried) == 3


class TestSelection:
    """Which key a token is checked with: the one it names, and never one after the other."""

    first = Issuer(kid="first")
    second = Issuer(kid="second", name="other")
    nameless = Issuer(kid=None)
    both = read_jwk_set(jwk_set(first.jwk(), second.jwk()), ASYMMETRIC)

    def flaw(self, token, keys, **options):
        """What the token is refused for."""
        return flaw_of(verify, read(token), keys, frozenset({"RS256"}), **options)

    def test_the_name_selects(self):
        """Each key of a set verifies the tokens that name it."""
        for issuer in (self.first, self.second):
            assert verify(read(issuer.token()), self.both, issuer.pinned)

    def test_a_token_that_names_another_key_is_refused(self):
        """The second key signs, the token names the first: the right key in the set is not looked for (D24)."""
        token = self.second.sign(self.second.header(kid="first"))
        assert self.flaw(token, self.both, allow_missing_kid=True) is Flaw.SIGNATURE_WRONG

    def test_an_unknown_name_is_told(self):
        """Newer keys might have it: the one refusal after which fetching once more makes sense (D42)."""
        token = self.second.token()
        assert self.flaw(token, self.first.keys(), allow_missing_kid=True) is Flaw.KEY_UNKNOWN
        assert self.flaw(token, read_jwk_set(jwk_set(), ASYMMETRIC)) is Flaw.KEY_UNKNOWN

    @pytest.mark.parametrize("name", ["First", "first ", "firs", "first\u0301"])
    def test_a_name_is_compared_exactly(self, name):
        """Case, blanks and beginnings make another name."""
        assert self.flaw(self.first.sign(self.first.header(kid=name)), self.both) is Flaw.KEY_UNKNOWN

    def test_a_token_without_a_name_needs_permission_and_a_single_key(self):
        """One key: only where the row allows it; several: never (D26)."""
        token = self.nameless.token()
        assert verify(read(token), self.first.keys(), self.first.pinned, allow_missing_kid=True)
        assert self.flaw(token, self.first.keys()) is Flaw.KEY_NOT_NAMED
        assert self.flaw(token, self.both, allow_missing_kid=True) is Flaw.KEY_NOT_NAMED
        empty = read_jwk_set(jwk_set(), ASYMMETRIC)
        assert self.flaw(token, empty, allow_missing_kid=True) is Flaw.KEY_NOT_NAMED

    def test_a_key_without_a_name_needs_the_same(self):
        """Where the only key has no name, a token that names one cannot contradict it."""
        token = self.first.token()
        assert verify(read(token), self.nameless.keys(), self.first.pinned, allow_missing_kid=True)
        assert self.flaw(token, self.nameless.keys()) is Flaw.KEY_NOT_NAMED
