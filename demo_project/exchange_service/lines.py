"""Lines to copy into another terminal to try the service, in this order."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from demo_project.cast import AUDIENCE, BACK, DEPLOY, PORTAL, Client
from demo_project.external_site.cast import JOB_TOKEN
from demo_project.external_site.visiting import ExternalSite
from demo_project.trust import JOB_AUDIENCE
from token_exchange.sts.vocabulary import GRANT_TYPE, ID_TOKEN, JWT

CURL = "curl -sw '\\n' --cacert $CA"


def lines(site: str, external: ExternalSite, authorities: Path, id_token: str) -> list[tuple[str, str]]:
    """Return pairs of a description and a line."""
    job = f"{external.job_tokens}?{urlencode({'audience': JOB_AUDIENCE})}"
    return [
        ("The certificate authorities of both sites", f"CA={authorities}"),
        (
            "Get a token as a CI job",
            _kept("JOB", f'{CURL} -H "Authorization: Bearer {JOB_TOKEN}" "{job}"', "value"),
        ),
        ("Exchange it", _trade(site, DEPLOY, "$JOB", JWT, "releases:write")),
        ("A new ID token of single sign-on", f"SSO={id_token}"),
        ("Exchange it", _kept("NEW", _trade(site, PORTAL, "$SSO", ID_TOKEN, "orders:read"), "access_token")),
        (
            "Ask about it, as back",
            f"{CURL} -u {BACK.client_id}:{BACK.secret} -d token=$NEW {site}/o/introspect/",
        ),
        ("There is no login: 404", f"{CURL} -o /dev/null -w '%{{http_code}}\\n' {site}/o/authorize/"),
    ]


def _kept(name: str, line: str, member: str) -> str:
    pick = f"""python3 -c 'import json, sys; print(json.load(sys.stdin)["{member}"])'"""
    return f"{name}=$({line} \\\n  | {pick})"


def _trade(site: str, client: Client, token: str, token_type: str, scope: str) -> str:
    return " \\\n  ".join(
        (
            f"{CURL} -u {client.client_id}:{client.secret} {site}/o/token/",
            f"-d grant_type={GRANT_TYPE}",
            f"-d subject_token_type={token_type}",
            f"-d subject_token={token} -d audience={AUDIENCE} -d scope={scope}",
        )
    )
