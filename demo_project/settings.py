"""The settings of the demo, for one machine and for trying things out only.

To use the app on your own site, copy OAUTH2_PROVIDER; the order of INSTALLED_APPS does not matter.
"""

from __future__ import annotations

import os
from pathlib import Path

from demo_project.external_site.cast import ORDERS_SITE

BASE_DIR = Path(__file__).resolve().parent

# Known to everybody, as are the passwords: the demo listens on loopback only.
SECRET_KEY = "the-demo-has-no-secrets-0123456789-0123456789-0123456789"
DEBUG = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

ROOT_URLCONF = "demo_project.urls"
WSGI_APPLICATION = "demo_project.wsgi.application"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "start"
STATIC_URL = "static/"
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "demo_project",
    "demo_project.front_api",
    "demo_project.back_api",
    "token_exchange",
    "oauth2_provider",
    "rest_framework",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "demo_project.content_security_policy.strict",
    "django.contrib.sessions.middleware.SessionMiddleware",
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

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DEMO_DATABASE") or BASE_DIR / "demo.sqlite3",
        "OPTIONS": {
            # Readers do not wait for the writer, and a commit does not wait for the disk.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            # A transaction that reads and then writes waits for the lock instead of failing at once.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    }
}

# Passwords that are printed on the screen need not be hashed slowly.
PASSWORD_HASHERS = ["demo_project.hashers.QuickHasher"]

EMAIL_BACKEND = "demo_project.letters.Postbox"

REST_FRAMEWORK = {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]}

OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "token_exchange.provider.server.TokenExchangeServer",
    "OAUTH2_VALIDATOR_CLASS": "token_exchange.provider.validator.TokenExchangeValidator",
    "OAUTH2_BACKEND_CLASS": "token_exchange.provider.backend.TokenExchangeBackend",
    "APPLICATION_ADMIN_CLASS": "token_exchange.admin.application.ApplicationAdmin",
    "SCOPES": {
        "profile": "See who you are",
        "orders:read": "Read your orders",
        "orders:write": "Change your orders",
        "releases:write": "Announce a release",
    },
    "DEFAULT_SCOPES": ["profile"],
}

# The credentials of this site at the old server, and the only host that gets them; the database holds their name.
TOKEN_EXCHANGE = {
    "CREDENTIALS": {
        "old server": {
            "client_id": ORDERS_SITE.client_id,
            "client_secret": ORDERS_SITE.secret,
            "host": "127.0.0.1",
        }
    }
}
