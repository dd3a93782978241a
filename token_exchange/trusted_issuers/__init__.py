"""Accept tokens of external issuers.

In the order in which a token meets them:

- `external_token` verifies a JWT: `refusals` says how a malformed one is refused, `keys` finds the keys that verify its
  signature (`key_fetches` fetches and stores them, `fetch_attempts` limits how often), `claims` checks what it says.
- `introspected_token` verifies an opaque token by the issuer's answer about it, which `introspection` asks for.
- `used_tokens` refuses a token that counts only once the second time; `health` records how each issuer is doing.
- `used_tokens` refuses the second use of a token that counts once; `health` records how each issuer is doing.
  of `email_addresses`; `created_users` creates it.
- `validation` refuses rows of issuers that an administrator must not save.
"""

from __future__ import annotations
