"""Make signatures that are invalid for every algorithm."""

from __future__ import annotations

import json

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.jose.issuer import Issuer, as_json, claims, encode

LEADING_ELSEWHERE = {
    "jku": "https://attacker.example/keys",
    "x5u": "https://attacker.example/certificate",
    "x5c": ["MIIB"],
    "x5t": "ykNaY4qM_ta4k2TgZOCEYLkcYlA",
    "url": "https://attacker.example/keys",
}
"""Header members with which a careless verifier finds the key of an attacker."""


def _header(**changes):
    return lambda genuine: genuine.signed(**changes)


def _secret(genuine, form):
    public = genuine.issuer.key.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "PEM": pem,
        "PEM without its end": pem.strip(),
        "DER": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "JWK": as_json(genuine.issuer.jwk()),
    }[form]


def _flipped(signature, place):
    changed = bytearray(signature)
    changed[place] ^= 1
    return bytes(changed)


FORGED = {
    "none": lambda genuine: genuine.with_segment(0, lambda _: encode(as_json({"alg": "none", "kid": "key-1"}))),
    "None": lambda genuine: genuine.with_segment(0, lambda _: encode(as_json({"alg": "None", "kid": "key-1"}))),
    "nOnE": lambda genuine: genuine.with_segment(0, lambda _: encode(as_json({"alg": "nOnE", "kid": "key-1"}))),
    "alg in small letters": lambda genuine: genuine.signed(alg=genuine.issuer.algorithm.lower()),
    "alg and a blank": lambda genuine: genuine.signed(alg=genuine.issuer.algorithm + " "),
    **{
        f"MAC under the public key as {form}": lambda genuine, form=form: genuine.under_mac(_secret(genuine, form))
        for form in ("PEM", "PEM without its end", "DER", "JWK")
    },
    **{
        f"{algorithm} under the public key": lambda genuine, algorithm=algorithm: genuine.under_mac(
            _secret(genuine, "PEM"), algorithm
        )
        for algorithm in ("HS384", "HS512")
    },
    "MAC under nothing": lambda genuine: genuine.under_mac(b""),
    "another kid of the set": _header(kid="key-2"),
    "an unknown kid": _header(kid="key-3"),
    "kid in capitals": _header(kid="KEY-1"),
    "kid that leads to a file": _header(kid="../../../../dev/null"),
    "kid that is a query": _header(kid="key-1' OR '1'='1"),
    "no kid": _header(kid=...),
    "signed by somebody else": lambda genuine: genuine.signed(
        key=Issuer(genuine.issuer.algorithm, name="attacker"),
    ),
    **{
        f"signed by an attacker who names a key as {name}": lambda genuine, name=name, value=value: genuine.signed(
            key=Issuer(genuine.issuer.algorithm, name="attacker"), **{name: value}
        )
        for name, value in LEADING_ELSEWHERE.items()
    },
    "claims changed": lambda genuine: genuine.with_segment(1, lambda _: encode(as_json({**genuine.claims, "x": 1}))),
    "claims in another layout": lambda genuine: genuine.with_segment(
        1, lambda _: encode(json.dumps(genuine.claims, indent=1).encode())
    ),
    "the signature of other claims": lambda genuine: genuine.with_signature(genuine.signed(claims()).split(".")[2]),
    "a byte less": lambda genuine: genuine.with_signature(genuine.signature[:-1]),
    "half of it": lambda genuine: genuine.with_signature(genuine.signature[: len(genuine.signature) // 2]),
    "one byte of it": lambda genuine: genuine.with_signature(genuine.signature[:1]),
    "a byte more": lambda genuine: genuine.with_signature(genuine.signature + b"\0"),
    "a zero before": lambda genuine: genuine.with_signature(b"\0" + genuine.signature),
    "twice": lambda genuine: genuine.with_signature(genuine.signature * 2),
    "zeros": lambda genuine: genuine.with_signature(bytes(len(genuine.signature))),
    "ones": lambda genuine: genuine.with_signature(b"\xff" * len(genuine.signature)),
    "the first bit": lambda genuine: genuine.with_signature(_flipped(genuine.signature, 0)),
    "the last bit": lambda genuine: genuine.with_signature(_flipped(genuine.signature, -1)),
    "backwards": lambda genuine: genuine.with_signature(genuine.signature[::-1]),
}
