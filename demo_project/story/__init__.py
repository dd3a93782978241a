"""Tell the demo in parts, one module each; each makes real requests and checks what it says."""

from __future__ import annotations
