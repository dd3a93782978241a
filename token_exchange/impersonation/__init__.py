"""Let one user act as another, by ticket or by user reference. The modules, in the order of their use:

- `validation`: the rules for an impersonation permission that an administrator saves;
- `permission_overview`: list who may act as a user, and as whom that user may act;
- `permission_check`: find the permission that lets one user act as another by ticket;
- `ticket_request` and `ticket_context`: request a ticket, with a reason and a context;
- `ticket_approval` and `approval_letter`: a second user approves or declines it, after a letter;
- `ticket_collection`: the requester collects the value of the ticket;
- `ticket_verifier`: verify a ticket that a client presents for exchange;
- `user_reference_verifier`: read a user name that a client presents in place of a ticket;
- `ticket_kind`: the questions that `tokens/` asks of every kind of parent token, and leaked tickets;
- `ticket_withdrawal`: end a ticket and the tokens that it was exchanged for;
- `acting_letter` and `acts`: the subject learns who acts, and can stop it;
- `tickets` and `ticket_log`: the rows of tickets, and what users did to them.
"""

from __future__ import annotations
