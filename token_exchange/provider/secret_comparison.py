"""Comparing a client secret: never a blank one, fast where it can be, and slow for a bounded number of callers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.utils.crypto import get_random_string
from django.views.decorators.debug import sensitive_variables

from token_exchange.provider import throttle
from token_exchange.provider.secrets import verified_secrets

_refuses_blank: ContextVar[bool] = ContextVar("token_exchange_refuses_blank", default=False)


@contextmanager
def refusing_blank() -> Iterator[None]:
    """Let no blank secret match inside the block, whatever else the request presents.

    A blank secret proves nothing: the toolkit stores the hash of the empty text for a client without secret, and would
    find it equal. The toolkit's own grants stay as the site has them.
    """
    token = _refuses_blank.set(True)
    try:
        yield
    finally:
        _refuses_blank.reset(token)


@sensitive_variables()
def matches(presented: str, stored: str, compare: Callable[[str, str], bool]) -> bool:
    """Return whether a presented secret is the stored one; `compare` is the toolkit's comparison.

    Where a caller has failed too often, no wrong secret is hashed that can be told without.
    """
    if _refuses_blank.get() and not presented.strip():
        return False
    known = verified_secrets.tells(presented, stored)
    if known:
        return True
    if not _is_hashed(stored) or not throttle.is_over():
        return _compared(presented, stored, compare)
    if known is False:
        return False
    with throttle.turn():
        return _compared(presented, stored, compare)


@sensitive_variables()
def pretend(presented: str) -> None:
    """Hash a secret for a client that does not exist, so that its answer takes as long as that of one that does."""
    if presented.strip() and not throttle.is_over():
        check_password(presented, _of_no_client())


def _compared(presented: str, stored: str, compare: Callable[[str, str], bool]) -> bool:
    found = bool(compare(presented, stored))
    if found:
        verified_secrets.remember(presented, stored)
    return found


def _is_hashed(stored: str) -> bool:
    try:
        identify_hasher(stored)
    except ValueError:
        return False
    return True


@cache
def _of_no_client() -> str:
    return make_password(get_random_string(32))
