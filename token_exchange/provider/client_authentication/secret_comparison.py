"""Compare client secrets. A blank secret never matches, and the number of hash computations is limited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.utils.crypto import get_random_string
from django.views.decorators.debug import sensitive_variables

from token_exchange.provider.client_authentication import throttle
from token_exchange.provider.client_authentication.verified_secrets import verified_secrets

_refuses_blank: ContextVar[bool] = ContextVar("token_exchange_refuses_blank", default=False)


@contextmanager
def refusing_blank() -> Iterator[None]:
    """Let no blank secret match inside the block.

    The toolkit stores the hash of the empty text for a client without a secret, and a blank secret would match it. The
    toolkit's own grants are left as they are.
    """
    token = _refuses_blank.set(True)
    try:
        yield
    finally:
        _refuses_blank.reset(token)


@sensitive_variables()
def matches(presented: str, stored: str, compare: Callable[[str, str], bool]) -> bool:
    """Return True if a presented secret is the stored one; `compare` is the toolkit's comparison.

    For a caller over the limit, a wrong secret is not hashed if a verified one shows that it is wrong.
    """
    if _refuses_blank.get() and not presented.strip():
        return False
    known = verified_secrets.matches(presented, stored)
    if known:
        return True
    if not _is_hashed(stored) or not throttle.is_over_limit():
        return _compared(presented, stored, compare)
    if known is False:
        return False
    with throttle.one_at_a_time():
        return _compared(presented, stored, compare)


@sensitive_variables()
def hash_for_unknown_client(presented: str) -> None:
    """Hash a secret for a client id that does not exist, so that the response time does not reveal that."""
    if presented.strip() and not throttle.is_over_limit():
        check_password(presented, _hash_of_unknown_client())


def _compared(presented: str, stored: str, compare: Callable[[str, str], bool]) -> bool:
    is_equal = bool(compare(presented, stored))
    if is_equal:
        verified_secrets.remember(presented, stored)
    return is_equal


def _is_hashed(stored: str) -> bool:
    try:
        identify_hasher(stored)
    except ValueError:
        return False
    return True


@cache
def _hash_of_unknown_client() -> str:
    return make_password(get_random_string(32))
