"""Put rules, reasons, traces and parties into the same words on pages, on the command line and in e-mails."""

from __future__ import annotations
