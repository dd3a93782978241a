"""The settings of the external site: django-oauth-toolkit as an OpenID Connect provider, without this app."""

from __future__ import annotations

from django.core.management.utils import get_random_secret_key

from demo_project.external_site.keys import new_rsa_pem

SECRET_KEY = get_random_secret_key()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]

ROOT_URLCONF = "demo_project.external_site.urls"
LOGIN_URL = "login"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Both sites are on one address, and cookies do not know of ports.
SESSION_COOKIE_NAME = "outside_sessionid"
CSRF_COOKIE_NAME = "outside_csrftoken"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

INSTALLED_APPS = [
    "demo_project.external_site",
    "oauth2_provider",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

# The command that runs the site names a file that is gone afterwards.
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {"timeout": 20}}}

# That file is new at every start: its tables are made as they are meant to be in the end, in a fraction of the time.
MIGRATION_MODULES = dict.fromkeys(["oauth2_provider", "auth", "contenttypes", "sessions"])

PASSWORD_HASHERS = ["demo_project.hashers.QuickHasher"]

OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_RSA_PRIVATE_KEY": new_rsa_pem(),
    "OAUTH2_VALIDATOR_CLASS": "demo_project.external_site.claims.ClaimsValidator",
    "SCOPES": {"openid": "Sign you in", "profile": "Your name", "orders": "Your orders", "introspection": ""},
    "DEFAULT_SCOPES": ["openid"],
}
