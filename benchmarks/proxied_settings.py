"""A site of several processes behind a proxy, which share a database and a cache.

BENCHMARK_FILE     the SQLite file
BENCHMARK_PREFIX   what the keys in Redis begin with
"""

from __future__ import annotations

import os

from django.conf import global_settings

from benchmarks.settings import (
    ALLOWED_HOSTS,
    DEBUG,
    DEFAULT_AUTO_FIELD,
    INSTALLED_APPS,
    LOGGING,
    LOGIN_URL,
    MIDDLEWARE,
    OAUTH2_PROVIDER,
    SECRET_KEY,
    TEMPLATES,
    TIME_ZONE,
    USE_TZ,
)

__all__ = [
    "ALLOWED_HOSTS",
    "DEBUG",
    "DEFAULT_AUTO_FIELD",
    "INSTALLED_APPS",
    "LOGGING",
    "LOGIN_URL",
    "MIDDLEWARE",
    "OAUTH2_PROVIDER",
    "SECRET_KEY",
    "TEMPLATES",
    "TIME_ZONE",
    "USE_TZ",
]

ROOT_URLCONF = "tests.urls"
# Django's own: to look at a wrong secret costs as much as on a site.
PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
REST_FRAMEWORK = {"NUM_PROXIES": 1}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["BENCHMARK_FILE"],
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:6379/0",
        "KEY_PREFIX": os.environ["BENCHMARK_PREFIX"],
    }
}
