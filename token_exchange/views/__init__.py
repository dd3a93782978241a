"""The endpoints of the optional include, for what the toolkit's views cannot do."""

from __future__ import annotations
