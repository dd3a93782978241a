"""Decide token exchanges (RFC 8693) with the standard library only: no Django, no I/O, no clock.

- `service` runs one exchange through the `ports`, which other rooms implement. `form`, `parsing` and `request` read it.
- `decision` asks each policy. The rules of a permit policy are functions in `subject_rules`, `actor_rules` and
  `result_rules`; `rules` lists them in their order. `denial` holds the conditions of a deny policy.
- `permission_verdict` asks the impersonation permissions, by the checks of `permission_checks`.
- `proposal` computes the new token, `issuance` describes it, and `continuation` decides again when it is used.
- `policy`, `permission`, `targets` and `issuers` describe the rows that administrators write, `configuration` all of
  them together; `exchange` holds the facts about one request.
- `errors` holds the sentences for the client, `reasons` the codes for the record; `trace` and `audit` describe the rest
  of the record.
- `vocabulary` lists parameters and token types. `token_kinds` only detects what kind of token a JWT claims to be.
"""

from __future__ import annotations
