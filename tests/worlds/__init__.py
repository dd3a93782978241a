"""Provide the sites, users, clients, issuers and servers that tests share.

The sites:
`world` is the small site of most tests; `client_chain`, `help_desk` and `support_team` add clients and users who act
for others; `personal_access_tokens` and `ticket_pages` fill in the pages of users and of the admin; `issued_kinds` has
one token of each kind issued; `many_descendants` adds thousands of tokens.

The other parties:
`external_issuer`, `key_server`, `pasted_issuer` and `old_server` are issuers that a site trusts; `back_api` and
`resource_server` are APIs that receive tokens.

The tools:
`signing` makes keys and reads the JWTs of the site; `log_capture` collects what is logged; `running_demo` starts the
demo as a process; `shell` runs the lines that a reader copies.

Fixtures that several folders use are in tests/conftest.py; what holds for every test is in tests/isolation.py.
"""

from __future__ import annotations
