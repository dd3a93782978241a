"""The rows that an exchange is made from: they exist when its token is inserted, and nobody revokes them meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connections

from token_exchange.provider.compat import access_token_model, refresh_token_model
from token_exchange.stores.insertion import Condition
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import REFRESH_TOKEN


def standing(parents: Iterable[VerifiedToken], using: str) -> Condition:
    """Return the condition under which every parent stands; its rows are then locked until the end of the unit."""
    # A token from outside has no row here that could be revoked: its issuer's row stands for it.
    own = [parent for parent in parents if parent.trust is None]
    refreshing = {parent.fingerprint for parent in own if parent.token_type == REFRESH_TOKEN}
    condition, parameters = _living(access_token_model(), {parent.fingerprint for parent in own} - refreshing, using)
    if not refreshing:
        return condition, parameters
    more, fingerprints = _living(refresh_token_model(), refreshing, using, " AND revoked IS NULL")
    return f"{condition} AND {more}", [*parameters, *fingerprints]


def _living(model: type[Any], fingerprints: set[str], using: str, also: str = "") -> tuple[str, list[Any]]:
    connection = connections[using]
    # A revocation either waits for our commit and then finds the child, or was first and leaves no parent (T26).
    lock = {"postgresql": " FOR SHARE", "mysql": " LOCK IN SHARE MODE"}.get(connection.vendor, "")
    # An empty list is no SQL but SQLite's: NULL matches no row.
    marks = ", ".join(["%s"] * len(fingerprints)) or "NULL"
    table = connection.ops.quote_name(model._meta.db_table)
    living = f"SELECT 1 AS living FROM {table} WHERE token_checksum IN ({marks}){also}{lock}"  # noqa: S608 - own names
    return f"(SELECT COUNT(*) FROM ({living}) locked) = %s", [*sorted(fingerprints), len(fingerprints)]  # noqa: S608 - as above
