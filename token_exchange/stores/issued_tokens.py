"""Writes an issued token and what stands beside it, if its parents and the rules still stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections, models
from django.db.models.signals import post_save

from token_exchange.models import ConfigurationVersion, ExchangedToken
from token_exchange.models.configuration_version import ONLY_ROW
from token_exchange.provider.compat import access_token_model
from token_exchange.stores.insertion import Condition, insertion
from token_exchange.sts.issuance import Overtaken


def save(token: Any, exchanged: Mapping[str, Any], *, parents: Sequence[str], version: int, using: str) -> None:
    """Insert the token and the attributes of what stands beside it.

    Raise `Overtaken` if a parent is gone or the configuration has another version.
    """
    model: type[models.Model] = access_token_model()
    if not insertion(model, using).insert_instance(token, only_if=_undisturbed(parents, version, using)):
        raise Overtaken
    insertion(ExchangedToken, using).insert(exchanged)
    if post_save.has_listeners(model):
        saved = model._default_manager.using(using).get(token_checksum=exchanged["fingerprint"])
        post_save.send(model, instance=saved, created=True, raw=False, using=using, update_fields=None)


def _undisturbed(parents: Sequence[str], version: int, using: str) -> Condition:
    """The parents exist, and are locked against revocation until we commit; the rules are those decided by."""
    connection = connections[using]
    quote = connection.ops.quote_name
    # A deletion either waits for our commit and then finds the child, or was first and leaves no parent (T26).
    lock = {"postgresql": " FOR SHARE", "mysql": " LOCK IN SHARE MODE"}.get(connection.vendor, "")
    tokens, rules = quote(access_token_model()._meta.db_table), quote(ConfigurationVersion._meta.db_table)
    # A token from outside has no parent here, and an empty list is no SQL but SQLite's: NULL matches no row.
    marks = ", ".join(["%s"] * len(parents)) or "NULL"
    living = f"SELECT 1 AS living FROM {tokens} WHERE token_checksum IN ({marks}){lock}"  # noqa: S608 - own names
    in_force = f"COALESCE((SELECT version FROM {rules} WHERE id = %s), 0)"  # noqa: S608 - own names
    condition = f"(SELECT COUNT(*) FROM ({living}) locked) = %s AND {in_force} = %s"  # noqa: S608 - own names
    return condition, [*parents, len(parents), ONLY_ROW, version]
