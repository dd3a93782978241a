"""Where things may live, who may know whom, and what everything must say about itself."""

from __future__ import annotations
