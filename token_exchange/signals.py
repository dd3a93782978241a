"""Define the signals that are sent after each exchange, when its record has been committed.

`exchange_granted` is sent if a token was issued, `exchange_refused` if a request was refused or failed. The argument
`record` is the saved ExchangeRecord. An error in a receiver is logged and has no other effect.
"""

from __future__ import annotations

from django.dispatch import Signal

exchange_granted = Signal()
exchange_refused = Signal()
