"""The views of the package, and what it offers to the views of a site."""

from __future__ import annotations
