"""Put rules, reasons, traces and parties into the same words on pages, on the command line and in e-mails.

These words are for administrators and users. The few constant sentences that a refused client reads are in
`sts.errors`.
"""

from __future__ import annotations
