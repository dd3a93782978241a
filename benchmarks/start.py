"""Start Django with the settings of the benchmark, before anything that needs it is imported."""

from __future__ import annotations

import os


def start(database: str) -> None:
    """Start Django on SQLite or PostgreSQL."""
    os.environ["BENCHMARK_DATABASE"] = database
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()


def described() -> dict[str, str]:
    """Return the versions and options that the results depend on."""
    import platform
    from importlib.metadata import version

    from django.db import connection

    packages = ("Django", "django-oauth-toolkit", "oauthlib")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        server = cursor.fetchone()[0]
    return {
        "Python": platform.python_version(),
        **{package: version(package) for package in packages},
        connection.display_name: server,
        "processor": f"{os.cpu_count()} cores, {platform.machine()}",
    }
