"""Explain a decision: which policy decided, by which rule, and what would have to change.

- `question` describes a request, and the tokens it presents, which need not exist; `dry_run` decides it as the token
  endpoint would (`supposed_local` and `supposed_external` verify the tokens, `stand_ins` keep anything from being
  stored).
- `verdict` reads the decision from an event or a record, and `advice` says what would have to change.
- `narration` and `text` show both on a terminal, `document` as JSON.
"""

from __future__ import annotations
