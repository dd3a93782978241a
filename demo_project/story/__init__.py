"""The story of the demo, one act a module; every act really happens, and ticks off what it claims."""

from __future__ import annotations
