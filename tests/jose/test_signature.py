"""Test the verification of signatures: with a pinned algorithm, and a key selected by name."""

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
    """Return the same token with a changed signature."""
    message, _, _signature = text.rpartition(".")
    return f"{message}.{encode(change(read(text).signature))}"


@pytest.mark.parametrize("algorithm", EVERY_ALGORITHM)
def test_a_token_of_the_issuer_counts(algorithm):
    """A token of every supported algorithm, as PyJWT signs it, gives back the claims that were signed."""
    issuer = Issuer(algorithm)
    assert verify(read(issuer.token()), issuer.keys(), issuer.pinned) == claims()


@pytest.mark.parametrize("algorithm", EVERY_ALGORITHM)
def test_a_signature_covers_every_byte(algorithm):
    """A signature with a changed bit, a byte more or less, or only zeros is refused."""
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
    """A signature of other claims is refused."""
    issuer = Issuer(algorithm)
    header, _, signature = issuer.token().split(".")
    _, payload, _ = issuer.token(sub="root").split(".")
    forged = read(f"{header}.{payload}.{signature}")
    assert flaw_of(verify, forged, issuer.keys(), issuer.pinned) is Flaw.SIGNATURE_WRONG


@pytest.mark.compliance("RFC 8725", "3.1")
@pytest.mark.parametrize("algorithm", EVERY_ALGORITHM)
def test_only_what_is_pinned_counts(algorithm):
    """An algorithm that is not pinned is refused, even if the key could verify it."""
    issuer = Issuer(algorithm)
    keys = read_jwk_set(jwk_set(issuer.jwk()), ASYMMETRIC)
    assert flaw_of(verify, read(issuer.token()), keys, ASYMMETRIC - issuer.pinned) is Flaw.ALGORITHM_NOT_PINNED


@pytest.mark.compliance("RFC 8725", "3.1")
@pytest.mark.parametrize("used", ["RS384", "PS256", "ES256", "EdDSA"])
def test_a_key_is_used_with_its_own_algorithm_only(used):
    """A key with `alg` RS256 verifies no other algorithm, even if others are pinned."""
    issuer, other = Issuer("RS256"), Issuer(used)
    keys = read_jwk_set(jwk_set(issuer.jwk()), ASYMMETRIC)
    assert flaw_of(verify, read(other.token()), keys, ASYMMETRIC) is Flaw.KEY_OF_OTHER_ALGORITHM


def test_a_curve_belongs_to_its_algorithm():
    """A P-256 key without `alg` verifies no ES384 signature, RFC 7518 §3.4."""
    keys = read_jwk_set(jwk_set(Issuer("ES256").jwk(alg=...)), ASYMMETRIC)
    assert flaw_of(verify, read(Issuer("ES384").token()), keys, ASYMMETRIC) is Flaw.KEY_OF_OTHER_ALGORITHM


class TestOneName:
    """Test several keys with one name: those of the token's algorithm are tried, and no others."""

    rsa = [Issuer(kid="k", name=str(number)) for number in range(3)]
    curve = Issuer("ES256", kid="k")
    stranger = Issuer(kid="other", name="other")
    keys = read_jwk_set(jwk_set(*(issuer.jwk() for issuer in (*rsa, curve, stranger))), ASYMMETRIC)

    def test_each_of_them_verifies(self):
        """A token that any of the keys signed is verified."""
        for issuer in (*self.rsa, self.curve):
            assert verify(read(issuer.token()), self.keys, ASYMMETRIC)

    def test_no_other_key_is_tried(self):
        """A key with another name in the same set is not tried."""
        token = read(self.stranger.sign(self.stranger.header(kid="k")))
        assert flaw_of(verify, token, self.keys, ASYMMETRIC) is Flaw.SIGNATURE_WRONG

    def test_each_for_its_own_algorithm(self):
        """A key with the name but another algorithm is not tried (RFC 8725 §3.1)."""
        token = read(Issuer("RS512", kid="k", name="0").token())
        assert flaw_of(verify, token, self.keys, ASYMMETRIC) is Flaw.KEY_OF_OTHER_ALGORITHM
        assert flaw_of(verify, read(self.curve.token()), self.keys, frozenset({"RS256"})) is Flaw.ALGORITHM_NOT_PINNED

    def test_one_entry_for_each_algorithm(self):
        """A key that is listed once for each of its algorithms verifies them all, as ForgeRock lists it."""
        entries = [self.rsa[0].jwk(alg=algorithm) for algorithm in ("RS256", "RS384", "RS512")]
        keys = read_jwk_set(jwk_set(*entries), ASYMMETRIC)
        for algorithm in ("RS256", "RS384", "RS512"):
            assert verify(read(Issuer(algorithm, kid="k", name="0").token()), keys, ASYMMETRIC)

    def test_at_most_three_are_tried(self, monkeypatch):
        """The number of attempts for one token is limited, and the same key in several entries is tried once."""
        tried = []
        genuine = IMPLEMENTATIONS["RS256"].verify
        monkeypatch.setattr(IMPLEMENTATIONS["RS256"], "verify", lambda *parts: tried.append(1) or genuine(*parts))
        repeated = read_jwk_set(jwk_set(*(issuer.jwk() for issuer in self.rsa * 4)), ASYMMETRIC)
        token = read(Issuer(kid="k", name="attacker").token())
        assert flaw_of(verify, token, repeated, ASYMMETRIC) is Flaw.SIGNATURE_WRONG
        assert len(tried) == 3


class TestSelection:
    """Test which key verifies a token: the one that it names, and no other."""

    first = Issuer(kid="first")
    second = Issuer(kid="second", name="other")
    nameless = Issuer(kid=None)
    both = read_jwk_set(jwk_set(first.jwk(), second.jwk()), ASYMMETRIC)

    def flaw(self, token, keys, **options):
        """Return the flaw for which the token is refused."""
        return flaw_of(verify, read(token), keys, frozenset({"RS256"}), **options)

    def test_the_name_selects(self):
        """Each key of a set verifies the tokens that name it."""
        for issuer in (self.first, self.second):
            assert verify(read(issuer.token()), self.both, issuer.pinned)

    def test_a_token_that_names_another_key_is_refused(self):
        """A token that names another key than the one that signed is refused."""
        token = self.second.sign(self.second.header(kid="first"))
        assert self.flaw(token, self.both, allow_missing_kid=True) is Flaw.SIGNATURE_WRONG

    def test_an_unknown_name_is_told(self):
        """An unknown key id has its own flaw, after which newer keys are fetched."""
        token = self.second.token()
        assert self.flaw(token, self.first.keys(), allow_missing_kid=True) is Flaw.KEY_UNKNOWN
        assert self.flaw(token, read_jwk_set(jwk_set(), ASYMMETRIC)) is Flaw.KEY_UNKNOWN

    @pytest.mark.parametrize("name", ["First", "first ", "firs", "first\u0301"])
    def test_a_name_is_compared_exactly(self, name):
        """A key id with another letter case, blanks or only the beginning is unknown."""
        assert self.flaw(self.first.sign(self.first.header(kid=name)), self.both) is Flaw.KEY_UNKNOWN

    def test_a_token_without_a_name_needs_permission_and_a_single_key(self):
        """A token without key id is verified by a single key if the issuer may omit it, and never by several."""
        token = self.nameless.token()
        assert verify(read(token), self.first.keys(), self.first.pinned, allow_missing_kid=True)
        assert self.flaw(token, self.first.keys()) is Flaw.KEY_NOT_NAMED
        assert self.flaw(token, self.both, allow_missing_kid=True) is Flaw.KEY_NOT_NAMED
        empty = read_jwk_set(jwk_set(), ASYMMETRIC)
        assert self.flaw(token, empty, allow_missing_kid=True) is Flaw.KEY_NOT_NAMED

    def test_a_key_without_a_name_needs_the_same(self):
        """A token that names a key is verified by the only key if that has no name, and the issuer may omit it."""
        token = self.first.token()
        assert verify(read(token), self.nameless.keys(), self.first.pinned, allow_missing_kid=True)
        assert self.flaw(token, self.nameless.keys()) is Flaw.KEY_NOT_NAMED
