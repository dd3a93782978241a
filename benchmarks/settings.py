"""Configure a site like one in production: database files, persistent connections, slow password hashing.

BENCHMARK_DATABASE   sqlite (default) or postgres
"""

from __future__ import annotations

import os
import tempfile

from django.conf import global_settings

from tests.settings import CACHES, INSTALLED_APPS, SECRET_KEY, TEMPLATES
from tests.settings import MIDDLEWARE as TESTED_MIDDLEWARE
from tests.settings import OAUTH2_PROVIDER as TESTED

__all__ = ["CACHES", "INSTALLED_APPS", "SECRET_KEY", "TEMPLATES"]

DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# What startproject writes: the tests add the choice of a language, which no API client makes.
MIDDLEWARE = [name for name in TESTED_MIDDLEWARE if not name.endswith("LocaleMiddleware")]
ROOT_URLCONF = "benchmarks.urls"
LOGIN_URL = "/accounts/login/"
# Django's own, slow ones first: the tests hash fast.
PASSWORD_HASHERS = [*global_settings.PASSWORD_HASHERS, "benchmarks.hashing.GeneratedSecretHasher"]
OAUTH2_PROVIDER = {**TESTED, "ALWAYS_RELOAD_OAUTHLIB_CORE": False}

# The log line of every exchange is made and written, as on a site; where to is no concern of ours.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.FileHandler", "filename": os.devnull}},
    "loggers": {
        "token_exchange": {"handlers": ["nowhere"], "level": "INFO"},
        "django.request": {"handlers": ["nowhere"], "propagate": False},
    },
}


def _database(alias):
    """Return the settings of one database, which is created for this run and dropped after it."""
    name = f"token_exchange_benchmark_{os.getpid()}_{alias}"
    if os.environ.get("BENCHMARK_DATABASE") == "postgres":
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "HOST": os.environ.get("PGHOST", "127.0.0.1"),
            "PORT": os.environ.get("PGPORT", "5432"),
            "USER": os.environ.get("PGUSER", "postgres"),
            "PASSWORD": os.environ.get("PGPASSWORD", ""),
            "CONN_MAX_AGE": None,
        }
    path = os.path.join(tempfile.gettempdir(), f"{name}.sqlite3")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        "TEST": {"NAME": path},
    }


# The second one is filled to the brim by benchmarks.scale, so that full and empty can be asked in turns.
DATABASES = {alias: _database(alias) for alias in ("default", "full")}
DATABASE_ROUTERS = ["benchmarks.databases.SwitchedRouter"]
