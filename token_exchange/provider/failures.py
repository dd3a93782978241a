"""Failures of this server during an exchange: each is recorded where the database still answers, and logged."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, transaction

from token_exchange.configuration.snapshot import ConfigurationIsChanging
from token_exchange.provider.throttle import TooManyFailures
from token_exchange.sts.audit import Circumstances, ExchangeEvent
from token_exchange.sts.errors import ServerError, TemporarilyUnavailable, TokenExchangeError
from token_exchange.sts.issuance import Overtaken
from token_exchange.sts.reasons import Reason
from token_exchange.tokens.audit import DatabaseAuditTrail
from token_exchange.toolkit.compat import token_database

logger = logging.getLogger("token_exchange")

PASSING: Final = (DatabaseError, ConfigurationIsChanging, Overtaken)
"""What may be over when the client tries again."""


@contextmanager
def told(circumstances: Circumstances) -> Iterator[None]:
    """Record a failure of the block inside, and raise `TemporarilyUnavailable` or `ServerError` in its place."""
    try:
        yield
    except (TokenExchangeError, TooManyFailures):  # decided already
        raise
    except Exception as failure:
        error = _error_of(failure)
        _record(error, failure, circumstances)
        raise error from None


def _error_of(failure: Exception) -> TokenExchangeError:
    # Its type only: the message of an exception may hold a token.
    kind = type(failure).__name__
    if isinstance(failure, PASSING):
        return TemporarilyUnavailable(Reason.SERVER_FAILURE, detail=kind)
    return ServerError(Reason.SERVER_FAILURE, detail=kind)


def _record(error: TokenExchangeError, failure: Exception, circumstances: Circumstances) -> None:
    try:
        with transaction.atomic(using=token_database()):
            DatabaseAuditTrail(token_database()).record(ExchangeEvent(circumstances=circumstances, error=error))
    except Exception:  # the database may be what failed
        log_failure(failure, circumstances)


def log_failure(error: Exception, circumstances: Circumstances) -> None:
    """Log a failure that could not be recorded by its type: its message may hold a token."""
    kind = type(error).__name__
    logger.error(
        "token exchange failed and could not be recorded: %s, for client %r, request %s",
        kind,
        circumstances.client_id,
        circumstances.request_id,
        extra={"request_id": circumstances.request_id, "failure": kind},
    )
