"""Set up every configuration that the tests run in, chosen by environment variables.

TEST_DATABASE           sqlite (default, in memory), sqlite-file, postgres or mariadb
TEST_DATABASE_NAME      the name the test databases are made from, for runs side by side
TEST_OIDC=1             OpenID Connect on, with a key made at start
TEST_HASHED_TOKENS=1    the toolkit stores checksums of tokens only
TEST_SWAPPED=1          Application and the token models are swapped (tests.swapped)
TEST_CACHED_CORE=1      the toolkit keeps its core for the process, as on a real site
TEST_TWO_DATABASES=1    sessions in one database, users and tokens in another
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def _is_on(name):
    return os.environ.get(name, "") not in ("", "0")


def _database(suffix=""):
    """One database of the kind that TEST_DATABASE names."""
    kind = os.environ.get("TEST_DATABASE", "sqlite")
    name = os.environ.get("TEST_DATABASE_NAME", "token_exchange") + suffix
    match kind:
        case "sqlite":
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        case "sqlite-file":
            # IMMEDIATE: a transaction that reads and then writes must wait for the lock, not fail at once.
            path = str(Path(tempfile.gettempdir()) / f"test_{name}.sqlite3")
            return {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": path,
                "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
                "TEST": {"NAME": path},
            }
        case "postgres":
            return {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": name,
                "HOST": "127.0.0.1",
                "PORT": "5432",
                "USER": "postgres",
            }
        case "mariadb":
            import pymysql

            pymysql.install_as_MySQLdb()
            # The server's own collation is kept: it ignores case, as on many sites, and nothing of ours may.
            return {
                "ENGINE": "django.db.backends.mysql",
                "NAME": name,
                "HOST": "127.0.0.1",
                "PORT": "3306",
                "USER": "root",
                "OPTIONS": {"charset": "utf8mb4"},
                "TEST": {"CHARSET": "utf8mb4"},
            }
    raise ValueError(f"TEST_DATABASE={kind}: say sqlite, sqlite-file, postgres or mariadb")


def private_key():
    """A fresh RSA key in PEM, as the toolkit wants it for ID tokens."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


SECRET_KEY = "a-fixed-key-for-tests-only-0123456789-0123456789"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "tests.urls"
STATIC_URL = "static/"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Fast on purpose. The toolkit hashes client secrets with the first of these too.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "oauth2_provider",
    "rest_framework",
    "token_exchange",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": _database()}

if _is_on("TEST_TWO_DATABASES"):
    DATABASES["tokens"] = _database("_tokens")
    DATABASE_ROUTERS = ["tests.routers.TokenDatabaseRouter"]

OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "token_exchange.provider.validator.TokenExchangeValidator",
    "OAUTH2_BACKEND_CLASS": "token_exchange.provider.backend.TokenExchangeBackend",
    "APPLICATION_ADMIN_CLASS": "token_exchange.admin.application.ApplicationAdmin",
    "OAUTH2_GRANT_TYPES_SUPPORTED": [
        "authorization_code",
        "client_credentials",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ],
    "SCOPES": {
        "read": "Read everything",
        "write": "Change everything",
        "orders:read": "Read orders",
        "orders:write": "Change orders",
        "invoices:read": "Read invoices",
        "invoices:write": "Change invoices",
        "introspection": "Ask about tokens",
    },
    # A test may change any of these settings: the core is cached only in a run of tests that change none.
    "ALWAYS_RELOAD_OAUTHLIB_CORE": not _is_on("TEST_CACHED_CORE"),
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": _is_on("TEST_HASHED_TOKENS"),
}

if _is_on("TEST_OIDC"):
    # OAUTH2_SERVER_CLASS would win over OIDC_SERVER_CLASS: exactly one of them is set.
    OAUTH2_PROVIDER |= {
        "OIDC_ENABLED": True,
        "OIDC_SERVER_CLASS": "token_exchange.provider.server.OIDCTokenExchangeServer",
        "OIDC_RSA_PRIVATE_KEY": private_key(),
        "SCOPES": {**OAUTH2_PROVIDER["SCOPES"], "openid": "Know who you are"},
    }
else:
    OAUTH2_PROVIDER["OAUTH2_SERVER_CLASS"] = "token_exchange.provider.server.TokenExchangeServer"

if _is_on("TEST_SWAPPED"):
    INSTALLED_APPS.append("tests.swapped")
    OAUTH2_PROVIDER_APPLICATION_MODEL = "swapped.Client"
    # These three refer to each other: the toolkit wants them swapped together.
    OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "swapped.ClientAccessToken"
    OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "swapped.ClientRefreshToken"
    OAUTH2_PROVIDER_ID_TOKEN_MODEL = "swapped.ClientIDToken"
