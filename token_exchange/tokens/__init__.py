"""Manage issued tokens: their status, lineage, introspection, revocation, records and pruning.

This is the only room with hand-written SQL: in `preload`, `insertion`, `issued_tokens` and `pruning`. It keeps an
exchange at four statements, one that reads and three that insert. Measured by `benchmarks.exchange` on SQLite, with CPU
time relative to a request for client credentials:

    as it is                                        4 statements     3,991 calls    1.15
    `preload` by three queries of the ORM           6 statements    10,096 calls    2.46
    `insertion` by `save(force_insert=True)`        4 statements     5,410 calls    1.40

The price: of a swapped model, custom managers, overrides of `save()` and receivers of `pre_save` are not called. Fields
are: their converters, defaults and `pre_save()` methods give the same values as the ORM, as `tests/tokens` compares.
"""

from __future__ import annotations
