"""Connect the app to oauthlib and to the endpoints of django-oauth-toolkit; no other room imports oauthlib.

A **token request** of an exchange comes in through `backend` and `server`, which the site's settings name, and passes
`token_requests.grant`: client authentication, the service of `sts` (put together in `token_requests.composition`), the
issuer of the new token, the answer. Failures on the way are recorded and answered by `token_requests.failures`.

**Client secrets** are read, compared and throttled in `client_authentication`, the same for every endpoint. The
comparison itself is the toolkit's: `validator` calls it and counts the failures.

A **bearer request** shows an access token to a view. `bearer_requests.bearer_token` says whether that token is active;
`bearer_requests.direct_login` and `token_login` say where it may be the user of the request.

**Users in person**: `in_person` checks that a request comes from a user who logged in, not from a token that acts in
the user's name. Pages that create or approve credentials require that.

`error_reports` keeps tokens and secrets out of Django's error reports. `toolkit_replacements` says which classes of the
toolkit a site has to replace with ours; the system checks read it.
"""

from __future__ import annotations
