"""Test conditions on claims: whole values, case-sensitive, each in its own JSON type."""

from __future__ import annotations

import pytest

from token_exchange.sts.conditions import Condition, Operator, claim_at, is_anchored

pytestmark = pytest.mark.scenario("INV-17")

CLAIMS = {
    "sub": "repo:acme/shop",
    "groups": ["sales", 7],
    "admin": True,
    "path": "acme/shop/main",
    "kubernetes.io": {"namespace": "prod", "a/b": {"~": "odd"}},
    "number": 1,
    "nothing": None,
}


@pytest.mark.parametrize(
    ("claim", "operator", "values", "expected"),
    [
        ("sub", Operator.EQUALS, ("repo:acme/shop",), True),
        ("sub", Operator.EQUALS, ("repo:acme",), False),
        ("sub", Operator.EQUALS, ("Repo:acme/shop",), False),
        ("sub", Operator.EQUALS, (), False),
        ("number", Operator.EQUALS, ("1",), True),
        ("nothing", Operator.EQUALS, ("None",), False),
        ("missing", Operator.EQUALS, ("",), False),
        ("groups", Operator.EQUALS, ("sales",), False),
        ("sub", Operator.ONE_OF, ("x", "repo:acme/shop"), True),
        ("sub", Operator.ONE_OF, ("x", "repo:acme/shop "), False),
        ("groups", Operator.CONTAINS, ("sales", "x"), True),
        ("groups", Operator.CONTAINS, ("7",), True),
        ("groups", Operator.CONTAINS, ("sale",), False),
        ("sub", Operator.CONTAINS, ("acme",), False),
        ("path", Operator.PATH_PREFIX, ("acme/shop",), True),
        ("path", Operator.PATH_PREFIX, ("acme/shop/",), True),
        ("path", Operator.PATH_PREFIX, ("acme/shop/main",), True),
        ("path", Operator.PATH_PREFIX, ("acme/sho",), False),
        ("path", Operator.PATH_PREFIX, ("shop",), False),
        ("sub", Operator.GLOB, ("repo:acme/*",), True),
        ("sub", Operator.GLOB, ("repo:*",), False),
        ("sub", Operator.GLOB, ("*",), False),
        ("sub", Operator.GLOB, ("*/shop",), False),
        ("sub", Operator.GLOB, ("repo:acme/sh",), False),
        ("sub", Operator.GLOB, ("repo.acme/*",), False),
        ("admin", Operator.IS_TRUE, (), True),
        ("number", Operator.IS_TRUE, (), False),
        ("sub", Operator.IS_TRUE, (), False),
        ("missing", Operator.IS_TRUE, (), False),
    ],
)
def test_a_condition_compares_like_with_like(claim, operator, values, expected):
    """A condition compares the whole claim in its own type: no substring and no regular expression."""
    assert Condition(claim=claim, operator=operator, values=values).holds(CLAIMS) is expected


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("sub", "repo:acme/shop"),
        ("kubernetes.io", CLAIMS["kubernetes.io"]),
        ("/kubernetes.io/namespace", "prod"),
        ("/kubernetes.io/a~1b/~0", "odd"),
        ("/sub", "repo:acme/shop"),
        ("/sub/deeper", None),
        ("/groups/0", None),
        ("missing", None),
        ("/missing/deeper", None),
    ],
)
def test_a_claim_is_found_by_name_or_pointer(path, found):
    """A JSON pointer leads into objects, and to None if nothing is there (RFC 6901)."""
    assert claim_at(CLAIMS, path) == found


@pytest.mark.parametrize(
    ("glob", "anchored"), [("repo:*", True), ("repo", True), ("*", False), ("*x", False), ("", False)]
)
def test_a_glob_begins_with_something(glob, anchored):
    """A pattern that begins with `*` is not anchored: a caller could choose the beginning."""
    assert is_anchored(glob) is anchored
