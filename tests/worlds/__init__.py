"""What tests share: sites, people, issuers and servers to test against."""

from __future__ import annotations
