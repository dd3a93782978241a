"""Run the checks of this project: `nox` before a commit, `nox -s all` before a merge.

What each check consists of is written in `.ci/`; the sessions only install what it needs.
"""

from __future__ import annotations

import nox

nox.options.sessions = ["lint", "tests"]
nox.options.reuse_existing_virtualenvs = True


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, spelling, types and migrations."""
    session.install("-q", "-e", ".[lint,test]")
    session.run(".ci/lint", external=True)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on SQLite; arguments after `--` go to pytest."""
    session.install("-q", "-e", ".[test]")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)


@nox.session
def package(session: nox.Session) -> None:
    """Build the sdist and the wheel into dist/."""
    session.install("-q", "build")
    session.run("python", "-m", "build")


@nox.session(venv_backend="none")
def all(session: nox.Session) -> None:
    """Run everything that must hold before a merge, on every database and version that is at hand."""
    session.run(".ci/run", external=True)
