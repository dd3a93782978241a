"""JSON Web External tokens: a strict door, keys under policy, one signature check, typed claims.

Pure: no Django, no clock, no network. PyJWT and cryptography are reached only through `algorithms`, `jwk`
and `pem`, and only with what has passed the door.
"""
