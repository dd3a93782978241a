"""Words for rules, reasons, traces and parties: the same on pages, on the command line and in e-mails."""

from __future__ import annotations
