"""Present tokens in the form of real platforms, each with the preset of its platform."""

from __future__ import annotations
