"""Describe tokens of logins at Google and Microsoft Entra."""

from __future__ import annotations

from tests.workloads.platform import Platform

GOOGLE_WORKSPACE = Platform(
    preset="google",
    blanks=["example.org"],
    person="110169484474386276334",
    claims={
        "iss": "https://accounts.google.com",
        "sub": "110169484474386276334",
        "at_hash": "HK6E_P6Dh8Y93mRNtsDB1Q",
        "azp": "1234987819200.apps.googleusercontent.com",
        "email": "alice@example.org",
        "email_verified": True,
        "hd": "example.org",
        "nonce": "0394852-3190485-2490358",
        "jti": None,
    },
    others={
        "E17 another organisation": {"hd": "evil.example"},
        "E17 nobody's, whatever the address says": {"hd": None},
    },
)

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"

ENTRA = Platform(
    preset="entra",
    blanks=[TENANT, TENANT],
    person="690222be-ff1a-4d56-abd1-7e4f7d38e474",
    header={"x5t": "ykNaY4qM_ta4k2TgZOCEYLkcYlA"},
    claims={
        "iss": f"https://login.microsoftonline.com/{TENANT}/v2.0",
        "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",  # another one for every client
        "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474",
        "name": "Alice",
        "preferred_username": "alice@example.org",
        "rh": "0.AAAAv4j5cvGGr0GRqy180BHbR1",
        "tid": TENANT,
        "uti": "fqiBqXLPj0eQa82S-IYFAA",
        "ver": "2.0",
        "jti": None,
    },
    others={"another tenant": {"tid": "9188040d-6c67-4c5b-b112-36a304b66dad"}, "no tenant": {"tid": None}},
)

PEOPLE = {"Google Workspace": GOOGLE_WORKSPACE, "Microsoft Entra": ENTRA}
