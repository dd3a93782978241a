"""Show scenarios by requests over HTTP, in one folder for each subject."""

from __future__ import annotations
