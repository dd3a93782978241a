"""Verify the tokens that this server issues to clients, one module for each kind.

`any_access_token` and `any_id_token` choose between a local and an external token, which share one token type. The
kinds that belong to a feature are verified in its room: `trusted_issuers`, `personal_access_tokens`, `impersonation`.

To add a token type of a site: write a subclass of `sts.ports.TokenVerifier` and name it, under the URN of the type, in
`TOKEN_EXCHANGE["VERIFIERS"]` (`docs/settings.md`). To add one to this package: add its URN to `sts.vocabulary`, write
the verifier here or in the room of its feature, and name it in `conf`, where the verifiers of all types are listed.
"""

from __future__ import annotations
