"""Accept tokens of external issuers.

In the order in which a token meets them:

- `external_token` verifies a JWT: `refusals` says how a malformed one is refused, `keys` finds the keys that verify its
  signature (`key_fetches` fetches and stores them, `fetch_attempts` limits how often), `claims` checks what it says.
- `introspected_token` verifies an opaque token by the issuer's answer about it, which `introspection` asks for.
- `accounts` finds the user of a token: `subjects` looks the user up, also by `social_accounts` and within the limits of
  `email_addresses`; `created_users` creates it.
- `used_tokens` refuses the second use of a single-use token; `health` records the last fetch and the last use of an
  issuer.
- `validation` refuses rows of issuers that an administrator must not save.
"""

from __future__ import annotations
