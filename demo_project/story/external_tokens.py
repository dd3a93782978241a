"""Exchange external tokens: of single sign-on, a CI job and the old server, and two that must be refused."""

from __future__ import annotations

from demo_project.cast import ALICE, BOB, DEPLOY, MOBILE, PORTAL
from demo_project.external_site import cast
from demo_project.story import forging
from demo_project.story.presenting import call, present
from demo_project.story.stage import Stage
from demo_project.trust import JOB_AUDIENCE
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT


def play(stage: Stage) -> None:
    """Exchange a token of each kind, then two that must be refused."""
    stage.terminal.act(5, "External tokens")
    stage.terminal.prose(
        f"Another site, {stage.external.address}, signs users in, runs CI jobs, and was the authorization server "
        "before this one. It is a process of its own, with its own users, passwords and keys. Trusted issuers in the "
        "admin say which of its tokens are accepted here, and which user a subject is."
    )
    id_token = stage.external.id_token(cast.LIDDELL, cast.PORTAL)
    _single_sign_on(stage, id_token)
    _job(stage)
    _old_server(stage)
    forging.play(stage, id_token)


def _single_sign_on(stage: Stage, id_token: str) -> None:
    exchange = present(stage, "a) an ID token of single sign-on", PORTAL, id_token, ID_TOKEN)
    orders = call(stage, "GET /back/orders/", exchange)
    stage.claim(
        (orders.get("user"), orders.get("acting")) == (ALICE.username, [PORTAL.client_id]),
        f"Number {cast.LIDDELL.number} there is alice here. portal acts for her, without a password of hers.",
    )


def _job(stage: Stage) -> None:
    token = stage.external.job_token(JOB_AUDIENCE)
    exchange = present(stage, "b) the token of a CI job", DEPLOY, token, JWT, scope="releases:write")
    release = call(stage, "POST /back/releases/", exchange)
    stage.claim(
        "user" in release and release["user"] is None and str(release.get("subject")).endswith(f"#{cast.JOB}"),
        "The job announces a release as itself: it is a workload, without a user.",
    )


def _old_server(stage: Stage) -> None:
    token = stage.external.opaque_token(cast.BOB, cast.OLD_APP)
    exchange = present(stage, "c) an opaque token of the old server", MOBILE, token, ACCESS_TOKEN)
    orders = call(stage, "GET /back/orders/", exchange)
    stage.claim(
        (orders.get("user"), orders.get("acting")) == (BOB.username, [MOBILE.client_id]),
        "The old server was asked about its token, so Bob need not sign in again.",
    )
