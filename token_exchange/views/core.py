"""Keep the toolkit's core, which holds validator and server, for each view class separately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oauth2_provider.settings import oauth2_settings

if TYPE_CHECKING:
    from oauth2_provider.views.mixins import OAuthLibMixin as _Mixin
else:
    _Mixin = object


class CoreOfItsOwn(_Mixin):
    """Keeps one core per class; in the toolkit, a subclass inherits its parent's core with its validator."""

    @classmethod
    def get_oauthlib_core(cls) -> Any:
        """Return the core of this class, and create it at the first call."""
        if "_oauthlib_core" not in cls.__dict__ or oauth2_settings.ALWAYS_RELOAD_OAUTHLIB_CORE:
            cls._oauthlib_core = cls.get_oauthlib_backend_class()(cls.get_server())
        return cls._oauthlib_core
