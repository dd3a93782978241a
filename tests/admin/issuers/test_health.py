"""The health of a trusted issuer, told in words."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime

import pytest

from tests.admin.conftest import page, text_of
from token_exchange.fetching import addresses, discovery, outcomes, transport
from token_exchange.jose import jwk, key_policy, keys, pem, strict_json
from token_exchange.jose.refusal import Flaw
from token_exchange.models import IssuerHealth, TrustedIssuer
from token_exchange.trusted_issuers import introspection, key_fetches
from token_exchange.wording.issuer_words import KEY_FLAWS, OUTCOMES, outcome_in_words


@pytest.fixture
def row(db):
    """Return an issuer whose keys could not be fetched."""
    row = TrustedIssuer.objects.create(name="SSO", issuer="https://sso.example", audiences=["https://here.example"])
    IssuerHealth.objects.create(
        trusted_issuer=row,
        outcome="certificate_refused",
        fetched=datetime(2026, 5, 4, 3, 2, tzinfo=UTC),
        keys=[{"kid": "one", "kty": "RSA", "first_seen": "2026-05-01T10:00:00+00:00"}],
    )
    return row


def test_every_outcome_has_words():
    """Every outcome of a fetch has an explanation."""
    modules = (addresses, key_fetches, discovery, transport, introspection)
    ends = {code for module in modules for code in re.findall(r'Unreachable\("(\w+)"\)', inspect.getsource(module))}
    ends |= set(re.findall(r'return "(\w+)"', inspect.getsource(outcomes.why_unusable)))
    flaws = {
        Flaw[name].value
        for source in (inspect.getsource(strict_json), inspect.getsource(keys.read_jwk_set))
        for name in re.findall(r"Flaw\.(\w+)", source)
    }
    codes = {"ok", "answered", "pasted", "key_set_too_large", "key_set_unusable", "key_unknown", "no_keys", "failed"}
    codes |= set(re.findall(r'detail, wait = "(\w+)"', inspect.getsource(introspection)))
    assert ends | flaws | codes == set(OUTCOMES)


def test_every_flaw_of_a_key_has_words():
    """Every flaw of a key has an explanation, for one key and for a whole key set."""
    sources = (inspect.getsource(module) for module in (jwk, key_policy, keys, pem))
    flaws = {Flaw[name].value for source in sources for name in re.findall(r"Flaw\.((?:KEY|RSA)_\w+)", source)}
    flaws -= {flaw for flaw in flaws if flaw.startswith("key_set_")}
    assert flaws | {"algorithm_not_pinned", "not_base64url"} == set(KEY_FLAWS)
    assert all(str(KEY_FLAWS[flaw]) in outcome_in_words(flaw) for flaw in flaws)


def test_a_status_is_shown_with_its_number():
    """The explanation of a bad status contains the status."""
    assert "status 503 instead" in outcome_in_words("status_503")


def test_the_page_of_an_issuer_begins_with_how_it_is_going(superuser, row):
    """The page shows the outcome in words, times in the site's format and keys by their ids."""
    html = text_of(superuser.get(page("trustedissuer", "change", row.pk)))
    assert str(OUTCOMES["certificate_refused"]) in html
    assert "May 4, 2026, 3:02 a.m." in html
    assert "<code>one</code> RSA, since May 1, 2026, 10 a.m." in html
    assert html.index("Last fetch") < html.index("Accepted tokens")


def test_an_issuer_to_be_added_has_no_health(superuser):
    """The page of a new issuer shows no health."""
    assert "Last fetch" not in text_of(superuser.get(page("trustedissuer", "add")))


def test_the_list_shows_the_health(superuser, row):
    """A failed fetch is highlighted in the list, and an issuer without a fetch shows no outcome."""
    TrustedIssuer.objects.create(name="new", issuer="https://new.example", audiences=["https://here.example"])
    html = text_of(superuser.get(page("trustedissuer")))
    assert '<span class="token-exchange-outcome token-exchange-refused">certificate_refused</span>' in html
    assert html.count("token-exchange-outcome") == 1
