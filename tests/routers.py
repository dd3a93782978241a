"""Route a site whose users and tokens are in another database than the default one."""

from __future__ import annotations


class TokenDatabaseRouter:
    """Keeps everything a foreign key of the token models can reach in the `tokens` database."""

    token_apps = frozenset({"admin", "auth", "contenttypes", "oauth2_provider", "swapped", "token_exchange"})

    def db_for_read(self, model, **hints):
        return self._alias(model._meta.app_label)

    def db_for_write(self, model, **hints):
        return self._alias(model._meta.app_label)

    def allow_relation(self, one, other, **hints):
        return self._alias(one._meta.app_label) == self._alias(other._meta.app_label)

    def allow_migrate(self, db, app_label, **hints):
        return db == self._alias(app_label)

    def _alias(self, app_label):
        return "tokens" if app_label in self.token_apps else "default"
