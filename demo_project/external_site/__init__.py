"""Another company's site, with users, keys and a database of its own.

It signs users in (`/sso`), gives CI jobs their tokens (`/ci`), and is the old server that apps move away from
(`/legacy`). It runs in a process of its own, and the demo uses it only through `visiting`, as any other site could.
"""

from __future__ import annotations
