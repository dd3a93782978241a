"""Check requests that carry a bearer token: whether the token is active, and what it may be used for.

`bearer_token` reads and checks the token of a request, for our views and for REST framework. `direct_login` says if the
token may become `request.user`. `toolkit_introspection` hides inactive tokens from the toolkit's own view.
"""

from __future__ import annotations
