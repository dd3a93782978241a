"""The settings of the suite, with django-allauth installed as its documentation says."""

from __future__ import annotations

from tests.settings import *  # noqa: F403 - whatever they are

INSTALLED_APPS = [*INSTALLED_APPS, "allauth", "allauth.account", "allauth.socialaccount"]  # noqa: F405
INSTALLED_APPS += ["allauth.usersessions", "allauth.headless", "rest_framework.authtoken"]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
MIDDLEWARE = [*MIDDLEWARE, "allauth.account.middleware.AccountMiddleware"]  # noqa: F405
