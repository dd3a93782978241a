"""The settings of a dedicated exchange service, separate from the server that logs users in.

There is no login page, no authorization endpoint, no session and no password. There is one grant, and rows say which
tokens are accepted. The deployment writes these rows, or another site on the same database does so in its admin.
"""

from __future__ import annotations

from pathlib import Path

# Known to everybody: the demo listens on loopback only. A service of yours reads its own from the environment.
SECRET_KEY = "the-demo-has-no-secrets-0123456789-0123456789-0123456789"
DEBUG = False  # so exchanges over plain HTTP are refused
ALLOWED_HOSTS = ["127.0.0.1"]

ROOT_URLCONF = "demo_project.exchange_service.urls"
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "demo_project.exchange_service",
    "token_exchange",
    "oauth2_provider",
    "django.contrib.auth",  # users are rows that subjects lead to; no backend, so none of them can log in
    "django.contrib.contenttypes",
]
AUTHENTICATION_BACKENDS: list[str] = []

MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(__file__).resolve().parents[1] / "exchange_service.sqlite3",
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    }
}

# Client secrets that are printed on the screen need not be hashed slowly.
PASSWORD_HASHERS = ["demo_project.hashers.QuickHasher"]

OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "demo_project.exchange_service.server.ExchangeOnlyServer",
    "OAUTH2_VALIDATOR_CLASS": "token_exchange.provider.validator.TokenExchangeValidator",
    "OAUTH2_BACKEND_CLASS": "token_exchange.provider.backend.TokenExchangeBackend",
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["urn:ietf:params:oauth:grant-type:token-exchange"],
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": [],
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,  # as in: there is none
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # the database holds no token that could be used
    "SCOPES": {"orders:read": "Read orders", "releases:write": "Announce a release"},
    "DEFAULT_SCOPES": [],
}
