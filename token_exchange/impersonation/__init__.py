"""Let one user act as another, by ticket or by user reference. The modules, in the order of their use:

- `validation`: the rules for an impersonation permission that an administrator saves;
- `permission_overview`: list who may act as a user, and as whom that user may act;
- `permission_check`: find the permission that lets one user act as another by ticket;
- `ticket_request` and `ticket_context`: request a ticket, with a reason and a context;
- `ticket_approval` and `approval_letter`: let a second user approve or decline it, and write to approvers;
- `ticket_collection`: show the value of the ticket to its requester, once;
- `ticket_verifier`: verify a ticket that a client presents for exchange;
- `user_reference_verifier`: read a user name that a client presents in place of a ticket;
- `ticket_kind`: describe tickets for the table of parent kinds in `tokens/`, and withdraw a leaked one;
- `ticket_withdrawal`: end a ticket and the tokens that it was exchanged for;
- `acting_letter` and `acts`: tell the subject who acts, and let the subject stop it;
- `tickets` and `ticket_log`: read and write the rows of tickets, and log what users do to them.
"""

from __future__ import annotations
