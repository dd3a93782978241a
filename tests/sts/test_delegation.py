"""Test that `act` and `may_act` are read strictly and written in one form."""

from __future__ import annotations

import pytest

from token_exchange.sts.delegation import (
    MAX_CHAIN_BYTES,
    parse_act,
    parse_party,
    render_act,
    render_party,
    size,
    stored,
)
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.parties import Party, client_party, user_party
from token_exchange.sts.reasons import Reason

ODD = [
    "client:agent",
    ["client:agent"],
    True,
    0,
    {},
    {"iss": "https://idp.example"},
    {"sub": None},
    {"sub": ""},
    {"sub": "  "},
    {"sub": 7},
    {"sub": ["7"]},
    {"sub": "a\nb"},
    {"sub": "a\x00"},
    {"sub": "a\u200bb"},
    {"sub": "7", "iss": None},
    {"sub": "7", "iss": ""},
    {"sub": "7", "iss": 1},
]


@pytest.mark.parametrize("claim", ODD, ids=repr)
def test_what_is_no_identity_is_refused(claim):
    """A malformed claim is refused at any depth, never treated as absent."""
    for nested in (claim, {"sub": "7", "act": claim}):
        with pytest.raises(InvalidRequest) as refused:
            parse_act(nested)
        assert (refused.value.reason, refused.value.parameter) == (Reason.CHAIN_MALFORMED, "subject_token")
    with pytest.raises(InvalidRequest):
        parse_party(claim)


def test_no_party_is_no_chain():
    """Only an absent `act` is an empty chain, and only an absent `may_act` names no party."""
    assert parse_act(None) == ()
    with pytest.raises(InvalidRequest):
        parse_party(None)


def test_the_chain_is_read_from_the_outside_in():
    """RFC 8693 §4.1: the outermost actor is the current one."""
    claim = {"sub": "client:b", "act": {"iss": "https://idp.example", "sub": "a"}}
    assert parse_act(claim) == (client_party("b"), Party("https://idp.example", "a"))


def test_only_identity_claims_are_read():
    """Other members of `act`, such as validity or audience, are dropped."""
    claim = {"sub": "client:b", "exp": 1, "aud": "x", "scope": "admin", "client_id": "root"}
    assert stored(parse_act(claim)) == {"sub": "client:b"}


@pytest.mark.parametrize(("depth", "fits"), [(4, True), (5, False)])
def test_depth_is_capped(depth, fits):
    """A chain that is too deep is refused, never shortened."""
    claim = None
    for number in range(depth):
        claim = {"sub": f"client:{number}", **({"act": claim} if claim else {})}
    if fits:
        assert len(parse_act(claim)) == depth
    else:
        with pytest.raises(InvalidRequest):
            parse_act(claim)


def test_bytes_are_capped():
    """A chain may be as long as the limit, and not a byte longer."""
    around = size((Party(None, ""),))
    longest = "a" * (MAX_CHAIN_BYTES - around)
    assert size(parse_act({"sub": longest})) == MAX_CHAIN_BYTES
    with pytest.raises(InvalidRequest):
        parse_act({"sub": longest + "a"})


def test_the_size_is_that_of_the_form_at_rest():
    """Characters outside ASCII count as many bytes as their JSON escapes."""
    assert size((Party(None, "é"),)) == size((Party(None, "a"),)) + 5


def test_a_chain_is_kept_without_our_name_and_shown_with_it():
    """Local parties are stored without issuer, so that a new host name changes none; external parties keep theirs."""
    chain = (client_party("b"), Party("https://idp.example", "a"))
    assert stored(chain) == {"sub": "client:b", "act": {"iss": "https://idp.example", "sub": "a"}}
    assert render_act(chain, "https://as.example") == {
        "iss": "https://as.example",
        "sub": "client:b",
        "act": {"iss": "https://idp.example", "sub": "a"},
    }


def test_no_chain_is_no_claim():
    """A token without actors has no `act`, not an empty one."""
    assert stored(()) is None
    assert render_act((), "https://as.example") is None


def test_a_party_is_rendered_by_its_identity():
    """The issuer of an external party is never replaced by the local one."""
    assert render_party(user_party("7"), None) == {"sub": "7"}
    assert render_party(user_party("7"), "https://as.example") == {"iss": "https://as.example", "sub": "7"}
    external = Party("https://idp.example", "7")
    assert render_party(external, "https://as.example") == {"iss": "https://idp.example", "sub": "7"}
