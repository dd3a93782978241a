"""Lines to copy into another terminal, in this order."""

from __future__ import annotations

from demo_project.cast import AUDIENCE, BACK, FRONT, SPA
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE

CURL = "curl -sw '\\n'"
PICK = """python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])'"""


def lines(site: str, alices_token: str) -> list[tuple[str, str]]:
    """Return pairs of a description and a line."""
    return [
        ("A new token of Alice, valid for hours", f"ALICE={alices_token}"),
        ("Let front do the whole exchange", f'{CURL} -H "Authorization: Bearer $ALICE" {site}/front/orders/'),
        ("Exchange it yourself, as front", _trade(site, "orders:read")),
        ("The same, keeping the new token", f"NEW=$({_trade(site, 'orders:read')} \\\n  | {PICK})"),
        ("Use it", f'{CURL} -H "Authorization: Bearer $NEW" {site}/back/orders/'),
        (
            "Ask who acts for whom, as back",
            f"{CURL} -u {BACK.client_id}:{BACK.secret} -d token=$NEW {site}/o/introspect/",
        ),
        ("Send a request that is refused", _trade(site, "orders:write")),
        ("Sign Alice out", f"{CURL} -d client_id={SPA.client_id} -d token=$ALICE {site}/o/revoke_token/"),
        (
            "The new token is inactive as well",
            f'{CURL} -H "Authorization: Bearer $NEW" {site}/back/orders/',
        ),
    ]


def _trade(site: str, scope: str) -> str:
    return " \\\n  ".join(
        (
            f"{CURL} -u {FRONT.client_id}:{FRONT.secret} {site}/o/token/",
            f"-d grant_type={GRANT_TYPE}",
            f"-d subject_token_type={ACCESS_TOKEN}",
            f"-d subject_token=$ALICE -d audience={AUDIENCE} -d scope={scope}",
        )
    )
