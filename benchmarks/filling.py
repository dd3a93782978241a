"""Write many rows at once, each like a row that the site made, but with its own name, parent and time."""

from __future__ import annotations

from typing import Any

from django.db import connections, models
from oauth2_provider.models import get_access_token_model, get_application_model

from token_exchange.models import ExchangedToken, ExchangePolicy, ExchangeRecord
from token_exchange.models.configuration_version import raise_version

YEAR = 365 * 86_400
CLIENTS = 1_000


class Filling:
    """Multiply rows of one database by statements inside the database."""

    def __init__(self, using: str) -> None:
        self.using = using
        self._connection = connections[using]
        self._is_sqlite = self._connection.vendor == "sqlite"

    def policies(self, count: int) -> None:
        """Write policies of a thousand other clients, with the same target and issuing clients."""
        policy, application = ExchangePolicy.objects.using(self.using).first(), get_application_model()
        self._multiply(application, CLIENTS, client_id="'crowd-' || (n - 1)", user_id="NULL")
        client = f"client_id = 'crowd-' || (n % {CLIENTS})"
        clients = f'(SELECT id FROM "{application._meta.db_table}" client WHERE client.{client})'
        self._multiply(ExchangePolicy, count, like=policy, name="'crowd ' || n", client_id=clients)
        for relation in ("targets", "issued_to"):
            self._link(getattr(ExchangePolicy, relation).through, policy)
        raise_version(self.using)

    def tokens(self, count: int) -> None:
        """Write access tokens with their exchanged tokens: three to a parent, every tenth with an actor."""
        digest = self._digest("'crowd ' || n")
        parent = self._digest("'crowd ' || (n / 3)")
        self._multiply(get_access_token_model(), count, token="'crowd ' || n", token_checksum=digest)
        self._multiply(
            ExchangedToken,
            count,
            fingerprint=digest,
            subject_fingerprint=parent,
            root=parent,
            actor_fingerprint=f"CASE WHEN n % 10 = 0 THEN {parent} ELSE '' END",
        )

    def records(self, count: int) -> None:
        """Write records of one year, the oldest first, of many clients, users and requests."""
        digest = self._digest("'crowd ' || n")
        self._multiply(
            ExchangeRecord,
            count,
            created=self._ago(f"({count} - n) * {YEAR / count}"),
            request_id=f"substr({digest}, 1, 32)",
            client_id=f"'crowd-' || (n % {CLIENTS})",
            subject="CAST(n % 50000 AS varchar(20))",
            issued_fingerprint=digest,
        )

    def tree(self, root: str, count: int) -> None:
        """Write descendants of a token, ten children to a parent, nearest first."""
        token, above = f"'{root[:8]} ' || n", self._digest(f"'{root[:8]} ' || ((n - 1) / 10)")
        parent = f"CASE WHEN n <= 10 THEN '{root}' ELSE {above} END"
        live = ExchangedToken.objects.using(self.using).filter(revoked__isnull=True).latest("pk")
        self._multiply(get_access_token_model(), count, token=token, token_checksum=self._digest(token))
        self._multiply(
            ExchangedToken,
            count,
            like=live,
            fingerprint=self._digest(token),
            subject_fingerprint=parent,
            root=f"'{root}'",
        )

    def settle(self) -> None:
        """Update the statistics of the database, as its maintenance would do over time."""
        with self._connection.cursor() as cursor:
            cursor.execute("ANALYZE" if self._is_sqlite else "VACUUM ANALYZE")

    def _multiply(self, model: type[models.Model], count: int, like: models.Model | None = None, **varied: str) -> None:
        """Insert copies of one row; `varied` gives for a column the SQL that depends on n, which counts from 1."""
        like = like or model._default_manager.using(self.using).latest("pk")
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        values = ", ".join(varied.pop(field.attname, f'"{field.column}"') for field in fields)
        if varied:
            raise TypeError(f"{model.__name__} has no {varied.keys()}")
        with self._connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{model._meta.db_table}" ({columns})'
                f" WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
                f' SELECT {values} FROM "{model._meta.db_table}" AS like_this, numbers WHERE like_this.id = {like.pk}'
            )

    def _link(self, through: type[models.Model], policy: Any) -> None:
        """Give every policy written here the links that one policy has."""
        _id, own, other = (f'"{field.column}"' for field in through._meta.concrete_fields)
        table = f'"{through._meta.db_table}"'
        with self._connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({own}, {other}) SELECT crowd.id, link.{other}"
                f' FROM "{ExchangePolicy._meta.db_table}" crowd, {table} link'
                f" WHERE crowd.name LIKE 'crowd %%' AND link.{own} = %s",
                [policy.pk],
            )

    def _digest(self, text: str) -> str:
        return f"SHA256({text})" if self._is_sqlite else f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"

    def _ago(self, seconds: str) -> str:
        if self._is_sqlite:
            return f"datetime('now', '-' || ({seconds}) || ' seconds')"
        return f"now() - ({seconds}) * interval '1 second'"
