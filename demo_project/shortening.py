"""Shorten tokens for display, so that they can be told apart but not used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TOKENS = ("subject_token", "access_token", "refresh_token", "token")


def short(token: str) -> str:
    """Return the first four and the last three characters of a token."""
    return f"{token[:4]}…{token[-3:]}"


def without_tokens(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form or an answer in which every token is shortened."""
    return {name: short(value) if name in TOKENS else value for name, value in form.items()}
