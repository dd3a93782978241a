"""Writes an issued token and what stands beside it, if its parents and the rules still stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connections, models
from django.db.models.signals import post_save

from token_exchange.models import ConfigurationVersion, ExchangedToken
from token_exchange.models.configuration_version import ONLY_ROW
from token_exchange.sts.issuance import Overtaken
from token_exchange.sts.verification import VerifiedToken
from token_exchange.tokens import parents as parent_rows
from token_exchange.tokens.insertion import Condition, insertion
from token_exchange.toolkit.compat import access_token_model


def save(
    token: Any, exchanged: Mapping[str, Any], *, parents: Iterable[VerifiedToken], version: int, using: str
) -> None:
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


def _undisturbed(parents: Iterable[VerifiedToken], version: int, using: str) -> Condition:
    """The parents exist, and are locked against revocation until we commit; the rules are those decided by."""
    rules = connections[using].ops.quote_name(ConfigurationVersion._meta.db_table)
    parents_exist, parameters = parent_rows.exist(parents, using)
    rules_version = f"COALESCE((SELECT version FROM {rules} WHERE id = %s), 0)"  # noqa: S608 - own names
    return f"{parents_exist} AND {rules_version} = %s", [*parameters, ONLY_ROW, version]
