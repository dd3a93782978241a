"""Manage personal access tokens, which users make for scripts. The modules, from a token's creation to its end:

- `validation`: the rules for a token that is made or renewed;
- `making`: make and renew a token;
- `lookup`: find a token by its value, owner or fingerprint;
- `app_authorization`: check that the app which made a token is still authorized;
- `verifier`: verify a token that a client presents for exchange;
- `bearer`: accept a token as the bearer token of a request, without an exchange;
- `last_use`: record when and from where a token was used;
- `revocation`: revoke a token and its descendants;
- `token_kind`: describe these tokens for the table of parent kinds in `tokens/`, and revoke a leaked one;
- `letters` and `expiry_letters`: write to the owner.
"""

from __future__ import annotations
