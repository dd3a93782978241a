"""What external scopes are worth here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sts.samples import EXTERNAL

MAPPED = replace(
    EXTERNAL,
    scope_mapping={"orders": frozenset({"read", "write"}), "view": frozenset({"read"}), "*": frozenset({"ping"})},
)


@pytest.mark.parametrize(
    ("external", "local"),
    [
        ((), {"ping"}),
        (("view",), {"read", "ping"}),
        (("view", "orders"), {"read", "write", "ping"}),
        (("admin", "read"), {"ping"}),
        (("View",), {"ping"}),
    ],
)
def test_external_scopes_are_translated_and_never_passed_on(external, local):
    """Only what the row translates counts; a scope of the same name as one of ours is worth nothing by itself."""
    assert MAPPED.local_scopes(external) == local


def test_without_translation_there_are_no_scopes():
    """INV-14: an empty table grants nothing."""
    assert EXTERNAL.local_scopes(["read", "*"]) == frozenset()
