"""The parts of the demo, one module each; each makes real requests and checks what it says."""

from __future__ import annotations
