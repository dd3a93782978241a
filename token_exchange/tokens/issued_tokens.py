"""Save an issued token, in one statement that checks again what was decided on.

Between decision and insertion another request can revoke a parent or change a rule. So the `INSERT` of the access token
selects its values only if every parent still exists and the configuration still has the version of the decision, and it
locks the rows of the parents until the transaction ends. Two statements would leave a gap, or need a lock of more rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connections, models
from django.db.models.signals import post_save

from token_exchange.models import ConfigurationVersion, ExchangedToken
from token_exchange.models.configuration_version import ONLY_ROW
from token_exchange.sts.issuance import Overtaken
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, USER
from token_exchange.tokens import parent_kinds
from token_exchange.tokens.insertion import Condition, insertion
from token_exchange.tokens.parent_kinds import ParentKind
from token_exchange.toolkit.compat import access_token_model


def save(
    token: Any, exchanged: Mapping[str, Any], *, parents: Iterable[VerifiedToken], version: int, using: str
) -> None:
    """Insert an access token, and the row of `ExchangedToken` beside it with the attributes `exchanged`.

    Raise `Overtaken` if a parent was revoked, or the configuration no longer has this version.
    """
    model: type[models.Model] = access_token_model()
    if not insertion(model, using).insert_instance(token, only_if=_undisturbed(parents, version, using)):
        raise Overtaken
    insertion(ExchangedToken, using).insert(exchanged)
    if post_save.has_listeners(model):
        saved = model._default_manager.using(using).get(token_checksum=exchanged["fingerprint"])
        post_save.send(model, instance=saved, created=True, raw=False, using=using, update_fields=None)


def _undisturbed(parents: Iterable[VerifiedToken], version: int, using: str) -> Condition:
    """Return the condition that all parents exist and the configuration still has this version."""
    versions = connections[using].ops.quote_name(ConfigurationVersion._meta.db_table)
    parents_exist, parameters = _parents_exist(parents, using)
    current = f"COALESCE((SELECT version FROM {versions} WHERE id = %s), 0)"  # noqa: S608 - only names
    return f"{parents_exist} AND {current} = %s", [*parameters, ONLY_ROW, version]


def _parents_exist(parents: Iterable[VerifiedToken], using: str) -> Condition:
    """Return the condition that every parent exists unrevoked; checking it locks the rows of the parents."""
    by_type: dict[str, set[str]] = defaultdict(set, {ACCESS_TOKEN: set()})
    for parent in parents:
        # An external token has no row here that could be revoked, and a reference to a user is not a token.
        if parent.issuer is None and parent.token_type != USER:
            by_type[parent_kinds.of(parent.token_type).token_type].add(parent.fingerprint)
    conditions = [_exist(parent_kinds.of(name), sorted(fingerprints), using) for name, fingerprints in by_type.items()]
    return " AND ".join(sql for sql, _values in conditions), [value for _sql, values in conditions for value in values]


def _exist(kind: ParentKind, fingerprints: list[str], using: str) -> tuple[str, list[Any]]:
    connection = connections[using]
    # A revocation either waits for this transaction, and then finds the new token, or it came first, and the parent is
    # no longer there. SQLite has one writer at a time and needs no lock.
    lock = {"postgresql": " FOR SHARE", "mysql": " LOCK IN SHARE MODE"}.get(connection.vendor, "")
    # `IN ()` is valid in SQLite only; `IN (NULL)` matches nothing in every database.
    marks = ", ".join(["%s"] * len(fingerprints)) or "NULL"
    unrevoked = f" AND {kind.revoked} IS NULL" if kind.revoked else ""
    table = connection.ops.quote_name(kind.model()._meta.db_table)
    rows = f"SELECT 1 AS living FROM {table} WHERE {kind.fingerprint} IN ({marks}){unrevoked}{lock}"  # noqa: S608 - only names
    return f"(SELECT COUNT(*) FROM ({rows}) locked) = %s", [*fingerprints, len(fingerprints)]  # noqa: S608 - as above
