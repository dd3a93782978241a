"""Make headers and claims that the issuer signed and that must be refused."""

from __future__ import annotations

from tests.jose.issuer import Issuer, as_json


def _header(**changes):
    return lambda genuine: genuine.signed(**changes)


def _raw_header(text):
    return lambda genuine: genuine.signed(raw=text(as_json(genuine.issuer.header())))


def _payload(change):
    return lambda genuine: genuine.signed(change(as_json(genuine.claims)))


def _nested(depth):
    return lambda text: text[:-1] + b',"deep":' + b"[" * depth + b"]" * depth + b"}"


WRITTEN = {
    "jwk of the attacker": lambda genuine: genuine.signed(
        key=Issuer(genuine.issuer.algorithm, name="attacker"),
        jwk=Issuer(genuine.issuer.algorithm, name="attacker").jwk(),
    ),
    "jwk of its own": lambda genuine: genuine.signed(jwk=genuine.issuer.jwk()),
    "crit of nothing": _header(crit=[]),
    "crit of something known": _header(crit=["exp"]),
    "crit and b64": _header(crit=["b64"], b64=False),
    "b64 alone": _header(b64=False),
    "zip": _header(zip="DEF"),
    "enc": _header(enc="A256GCM"),
    "no alg": _header(alg=...),
    "alg null": _header(alg=None),
    "alg list": lambda genuine: genuine.signed(alg=[genuine.issuer.algorithm]),
    "kid number": _header(kid=1),
    "kid list": _header(kid=["key-1"]),
    "kid empty": _header(kid=""),
    "kid too long": _header(kid="k" * 257),
    "kid with a line feed": _header(kid="key-1\n"),
    "header is a list": _raw_header(lambda text: b"[" + text + b"]"),
    "header is text": _raw_header(lambda text: as_json(text.decode())),
    "header is empty": _raw_header(lambda text: b"{}"),
    "header with alg twice": _raw_header(lambda text: b'{"alg":"none",' + text[1:]),
    "header with kid twice": _raw_header(lambda text: text[:-1] + b',"kid":"key-2"}'),
    "header with alg twice, once escaped": _raw_header(lambda text: b'{"\\u0061lg":"none",' + text[1:]),
    "header with a byte order mark": _raw_header(lambda text: b"\xef\xbb\xbf" + text),
    "header in UTF-16": _raw_header(lambda text: text.decode().encode("utf-16")),
    "header that is no UTF-8": _raw_header(lambda text: text.replace(b"key-1", b"key-1\xff")),
    "header with something after it": _raw_header(lambda text: text + b"x"),
    "header with a last comma": _raw_header(lambda text: text[:-1] + b",}"),
    "header with a comment": _raw_header(lambda text: b"/**/" + text),
    "header too deep": _raw_header(_nested(1_000)),
    "claims are a list": _payload(lambda text: b"[" + text + b"]"),
    "claims are text": _payload(lambda text: as_json(text.decode())),
    "claims are a number": _payload(lambda text: b"1"),
    "claims with sub twice": _payload(lambda text: b'{"sub":"bob",' + text[1:]),
    "claims with iss twice": _payload(lambda text: text[:-1] + b',"iss":"https://other.example"}'),
    "claims with aud twice, once escaped": _payload(lambda text: b'{"\\u0061ud":"x",' + text[1:]),
    "claims with a nested name twice": _payload(lambda text: text[:-1] + b',"x":{"a":1,"a":2}}'),
    "claims with a byte order mark": _payload(lambda text: b"\xef\xbb\xbf" + text),
    "claims in UTF-16": _payload(lambda text: text.decode().encode("utf-16")),
    "claims that are no UTF-8": _payload(lambda text: text.replace(b"alice", b"alice\xff")),
    "claims with NaN": _payload(lambda text: text[:-1] + b',"x":NaN}'),
    "claims with Infinity": _payload(lambda text: text[:-1] + b',"x":-Infinity}'),
    "claims with something after them": _payload(lambda text: text + text),
    "claims with single quotes": _payload(lambda text: text.replace(b'"', b"'")),
    "claims too deep": _payload(_nested(1_000)),
}
