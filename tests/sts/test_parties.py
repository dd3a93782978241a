"""Test identities: no text can be read as two different parties."""

from __future__ import annotations

import pytest

from token_exchange.sts.parties import Client, Party, client_party, is_workload, user_party, workload_party


def test_a_client_is_no_user_of_the_same_name():
    """A client with the id of a user's key is another party than the user."""
    assert client_party("7") != user_party("7")
    assert (client_party("7").client_id, client_party("7").user_key) == ("7", None)
    assert (user_party("7").client_id, user_party("7").user_key) == (None, "7")


@pytest.mark.parametrize(
    "key",
    ["", " ", "client:", "client:front", "workload:", "workload:https://idp.example#7", "a\nb", "a\x00", "a\u200bb"],
)
def test_an_ambiguous_key_names_no_user(key):
    """A primary key that reads as a client, or cannot be read back from a chain, is refused."""
    with pytest.raises(ValueError, match="primary key"):
        user_party(key)


@pytest.mark.parametrize("subject", ["7", "client:front"])
def test_an_external_party_is_no_local_user(subject):
    """The subject of another issuer is neither a user nor a client of this server."""
    external = Party("https://idp.example", subject)
    assert (external.client_id, external.user_key) == (None, None)


def test_a_workload_is_neither_user_nor_client():
    """A workload has its own kind of name, in which the issuer cannot be forged."""
    workload = workload_party("https://idp.example", "client:front")
    assert (workload.client_id, workload.user_key, is_workload(workload)) == (None, None, True)
    assert workload != workload_party("https://idp.example/client:front", "")
    assert not is_workload(client_party("workload:x"))
    assert not is_workload(Party("https://idp.example", workload.subject))


def test_the_calling_client_is_a_party():
    """A client that acts itself does so under its own identity."""
    assert Client(client_id="front").party == client_party("front")
