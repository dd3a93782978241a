"""Another company's site, with users, keys and a database of its own: this site knows of it what anybody could.

It signs people in (`/sso`), gives CI jobs their tokens (`/ci`), and is the old server that apps move away
from (`/legacy`). It runs in a process of its own; what the demo learns of it stands in `visiting`.
"""

from __future__ import annotations
