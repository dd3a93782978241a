"""Record refusals before the decision, and failures of this server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, transaction

from token_exchange.configuration.snapshot import ConfigurationIsChanging
from token_exchange.provider.client_authentication.throttle import TooManyFailures
from token_exchange.sts.audit import Circumstances, ExchangeEvent
from token_exchange.sts.errors import ServerError, TemporarilyUnavailable, TokenExchangeError
from token_exchange.sts.issuance import Overtaken
from token_exchange.sts.reasons import Reason
from token_exchange.tokens.audit import DatabaseAuditTrail
from token_exchange.toolkit.compat import token_database

logger = logging.getLogger("token_exchange")

TEMPORARY: Final = (DatabaseError, ConfigurationIsChanging, Overtaken)
"""Failures that may be over when the client tries again."""


def record_refusal(error: TokenExchangeError, circumstances: Circumstances, using: str) -> None:
    """Record a refusal that was decided before the service was called."""
    with transaction.atomic(using=using):
        DatabaseAuditTrail(using).record(ExchangeEvent(circumstances=circumstances, error=error))


@contextmanager
def recorded(circumstances: Circumstances) -> Iterator[None]:
    """Record a failure inside the block; raise `TemporarilyUnavailable` or `ServerError` in its place."""
    try:
        yield
    except (TokenExchangeError, TooManyFailures):  # these are answers, and recorded where they were decided
        raise
    except Exception as failure:
        error = _error_of(failure)
        _record(error, failure, circumstances)
        raise error from None


def _error_of(failure: Exception) -> TokenExchangeError:
    kind = type(failure).__name__  # not its message, which may hold a token
    if isinstance(failure, TEMPORARY):
        return TemporarilyUnavailable(Reason.SERVER_FAILURE, detail=kind)
    return ServerError(Reason.SERVER_FAILURE, detail=kind)


def _record(error: TokenExchangeError, failure: Exception, circumstances: Circumstances) -> None:
    try:
        record_refusal(error, circumstances, token_database())
    except Exception:  # the database itself may have failed
        log_failure(failure, circumstances)


def log_failure(error: Exception, circumstances: Circumstances) -> None:
    """Log the type of a failure that could not be recorded; its message may hold a token."""
    kind = type(error).__name__
    logger.error(
        "token exchange failed and could not be recorded: %s, for client %r, request %s",
        kind,
        circumstances.client_id,
        circumstances.request_id,
        extra={"request_id": circumstances.request_id, "failure": kind},
    )
