"""Test the translation of external scopes to local ones."""

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
    """Only listed scopes are translated; an external scope with the name of a local one grants nothing by itself."""
    assert MAPPED.local_scopes(external) == local


def test_without_translation_there_are_no_scopes():
    """An issuer without listed scopes grants none."""
    assert EXTERNAL.local_scopes(["read", "*"]) == frozenset()
