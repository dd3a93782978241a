"""Read the configuration that administrators write as one frozen snapshot at one version.

`snapshot` keeps the snapshot of a process. It is read by `targets`, `policies`, `permissions` and `issuers`, each of
which turns rows into frozen values of `sts`; `reading` and `rules` are what these four share. `version_signals` raises
the version with every change, together with `party_signals` (users, groups, clients and targets that rules name) and
`named_kind_signals` (which kinds of parties a rule has named). `shared_issuers` lists issuers with many tenants,
`key_locations` finds the keys of an issuer, and `unreadable_fields` tells which fields of one row cannot be read.
"""

from __future__ import annotations
