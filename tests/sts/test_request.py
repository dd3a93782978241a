"""Test that values with a token do not show it."""

from __future__ import annotations

from token_exchange.sts.form import Form
from token_exchange.sts.issuance import IssuedToken, respond
from token_exchange.sts.parsing import parse
from token_exchange.sts.vocabulary import ACCESS_TOKEN


def parsed(pairs):
    """Return the request that a form of these pairs holds."""
    return parse(Form.of(pairs))


def test_no_presented_token_is_shown():
    """The representation of a request, as in a log or a traceback, contains no token."""
    request = parsed(
        [
            ("subject_token", "secret-of-the-subject"),
            ("subject_token_type", ACCESS_TOKEN),
            ("actor_token", "secret-of-the-actor"),
            ("actor_token_type", ACCESS_TOKEN),
        ]
    )
    assert "secret" not in repr(request)


def test_the_answer_has_the_members_of_the_specification_and_the_value_is_shown_there_alone():
    """RFC 8693 §2.2.1: the issued token is in access_token; scope is one sorted string."""
    issued = IssuedToken(
        value="secret",
        fingerprint="f" * 64,
        issued_token_type=ACCESS_TOKEN,
        token_type="Bearer",
        lifetime=60,
        scopes=frozenset({"write", "read"}),
    )
    assert "secret" not in repr(issued)
    assert respond(issued) == {
        "access_token": "secret",
        "issued_token_type": ACCESS_TOKEN,
        "token_type": "Bearer",
        "expires_in": 60,
        "scope": "read write",
    }
