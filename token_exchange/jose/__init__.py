"""Verify JSON Web Tokens: read them strictly, choose keys under a policy, check one signature, check every claim.

`signing` signs those of this server.

Why not `jwt.decode`? PyJWT accepts repeated names and any nesting depth in JSON, several base64url spellings of one
token, and headers that it does not know. Two readers can then see two different tokens in one text. This package
refuses all of that, and uses PyJWT and cryptography for the arithmetic only: `key_policy`, `jwk` and `pem` call them,
with input that has passed `compact` and `strict_json`.

Nothing here imports Django, reads the clock or opens a connection.
"""
