"""Make tokens of another kind, signed by the same issuer (RFC 8725 §3.11)."""

from __future__ import annotations

TYPES = ["logout+jwt", "secevent+jwt", "dpop+jwt", "id+jwt", "oauth-authz-req+jwt", "JWE", "JWT ", "jwt; x=1"]


def _typed(typ):
    return lambda genuine: genuine.signed(typ=typ)


TYPED = {
    **{f"typ {typ}": _typed(typ) for typ in TYPES},
    "a logout event": lambda genuine: genuine.signed(
        {**genuine.claims, "events": {"http://schemas.openid.net/event/backchannel-logout": {}}}
    ),
}
