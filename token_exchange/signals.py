"""Signals sent after the commit of the record, each with the saved `record` (an ExchangeRecord).

`exchange_granted`: a token was issued. `exchange_refused`: a request was refused, or failed. A receiver that fails is
logged and changes nothing: the answer has already been given.
"""

from __future__ import annotations

from django.dispatch import Signal

exchange_granted = Signal()
exchange_refused = Signal()
