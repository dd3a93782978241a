"""The toolkit's core of a view, kept for this very class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oauth2_provider.settings import oauth2_settings

if TYPE_CHECKING:
    from oauth2_provider.views.mixins import OAuthLibMixin as _Mixin
else:
    _Mixin = object


class CoreOfItsOwn(_Mixin):
    """Keeps a core for each class; the toolkit lets a subclass inherit its parent's, with the parent's validator."""

    @classmethod
    def get_oauthlib_core(cls) -> Any:
        """Return the core of this very class."""
        if "_oauthlib_core" not in cls.__dict__ or oauth2_settings.ALWAYS_RELOAD_OAUTHLIB_CORE:
            cls._oauthlib_core = cls.get_oauthlib_backend_class()(cls.get_server())
        return cls._oauthlib_core
