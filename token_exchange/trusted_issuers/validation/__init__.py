"""Check a trusted issuer before an administrator saves it.

- `errors` lists the rules and applies them.
- `identifiers`: the issuer identifier, its audiences, and the placeholders of a preset.
- `verification`: how tokens are verified: types, keys and introspection; `urls` and `pasted_keys` check what it needs.
- `subjects`: tenants, conditions, and how a subject becomes a user; `social_provider`: accounts of django-allauth.
- `claims`: the claims, scopes and user attributes that a token may set here.
"""

from __future__ import annotations
