"""Provide the fixtures that several folders share: the site, its users, external issuers, and a running demo."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.isolation"]


@pytest.fixture
def world(db):
    """Return a small site, see tests.worlds.world."""
    from tests.worlds.world import World

    return World()


@pytest.fixture
def alices_token(world):
    """Return a token of Alice's login through `spa`, which `front` may exchange for `back-api`."""
    world.policy()
    return world.login_token()


@pytest.fixture
def relay(world):
    """Return clients in a row, see tests.worlds.client_chain."""
    from tests.worlds.client_chain import ClientChain

    return ClientChain(world)


@pytest.fixture
def support(world):
    """Return a support team that may act for customers, see tests.worlds.support_team."""
    from tests.worlds.support_team import SupportTeam

    return SupportTeam(world)


@pytest.fixture
def superuser(world):
    """Return the browser of a superuser."""
    from tests.admin.conftest import browser_of

    return browser_of(world.user("root", is_staff=True, is_superuser=True))


@pytest.fixture
def key_server():
    """Return an external issuer on loopback."""
    from tests.worlds.key_server import KeyServer

    server = KeyServer()
    yield server
    server.close()


@pytest.fixture
def issuer(world, key_server):
    """Return a row that trusts the external issuer by discovery, with Alice linked to `alice-outside`."""
    from tests.worlds.external_issuer import trusted

    return trusted(world, key_server)


@pytest.fixture
def present(world, issuer):
    """Return a function that exchanges a token of the external issuer."""
    from token_exchange.sts.vocabulary import JWT

    def exchange(token, **parameters):
        return world.exchange(token, **{"subject_token_type": JWT, **parameters})

    return exchange


@pytest.fixture
def old_server(world, key_server, settings):
    """Return a server that is trusted by introspection and knows one token of Alice's."""
    from tests.worlds.old_server import trusted

    return trusted(world, key_server, settings)


@pytest.fixture(scope="session")
def signing_key():
    """Return one key for all tests, because making one takes long."""
    from tests.settings import private_key

    return private_key()


@pytest.fixture
def openid_connect(settings, signing_key):
    """Switch OpenID Connect on: the site signs ID tokens, and `openid` is a scope."""
    provider = dict(settings.OAUTH2_PROVIDER)
    provider.pop("OAUTH2_SERVER_CLASS", None)
    settings.OAUTH2_PROVIDER = provider | {
        "OIDC_ENABLED": True,
        "OIDC_SERVER_CLASS": "token_exchange.provider.server.OIDCTokenExchangeServer",
        "OIDC_RSA_PRIVATE_KEY": signing_key,
        "SCOPES": {**provider["SCOPES"], "openid": "Know who you are"},
    }


@pytest.fixture
def openid_login(openid_connect, world):
    """Return the answer to Alice's login through `spa` with OpenID Connect, with an ID token."""
    world.spa.algorithm = "RS256"
    world.spa.save()
    return world.login(scope="openid read write")


@pytest.fixture(scope="session")
def demo_tables(tmp_path_factory):
    """Return a database file with empty tables to copy, because making them takes long."""
    from tests.worlds.running_demo import run

    file = tmp_path_factory.mktemp("tables") / "demo.sqlite3"
    made = run("migrate", "--verbosity=0", DEMO_DATABASE=str(file))
    assert made.returncode == 0, made.stderr
    return file


@pytest.fixture(scope="session")
def demo(tmp_path_factory, demo_tables):
    """Return a running demo, for all tests."""
    from tests.worlds.running_demo import RunningDemo

    running = RunningDemo(tmp_path_factory.mktemp("demo"), demo_tables)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """Return a running exchange service, for all tests."""
    from tests.worlds.running_demo import RunningService

    running = RunningService(tmp_path_factory.mktemp("service"))
    yield running
    assert running.stop() == 0
    assert "Traceback" not in running.output
