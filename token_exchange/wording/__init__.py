"""Rules, reasons and traces in words: the same on a page, on the command line and in a mail."""

from __future__ import annotations
