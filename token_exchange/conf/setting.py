"""Define descriptors for settings: each has the name, the default and the accepted values of one setting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Any, Generic, Self, TypeVar, overload
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")


def configured() -> dict[str, Any]:
    """Return `settings.TOKEN_EXCHANGE`, {} if it is missing; raise `ImproperlyConfigured` unless it is a dictionary."""
    values = getattr(settings, "TOKEN_EXCHANGE", None)
    if values is not None and not isinstance(values, dict):
        raise ImproperlyConfigured("TOKEN_EXCHANGE must be a dictionary.")
    return values or {}


class Setting(Generic[T]):
    """Read one setting from `settings.TOKEN_EXCHANGE` at every access, so that nothing has to be reloaded."""

    def __init__(
        self, name: str, *, default: Any, read: Callable[[Any], T], fits: Callable[[Any], bool], must_be: str
    ) -> None:
        self.name = name
        self.default = default
        """The value if the site sets none, or a function that returns it."""
        self.fits = fits
        """Return True if a value is acceptable; the system checks call this, reading a setting does not."""
        self.must_be = must_be
        """The accepted values in words."""
        self._read = read
        self._is_computed = callable(default)

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        values = configured()
        if self.name in values:
            return self._read(values[self.name])
        return self._read(self.default() if self._is_computed else self.default)


class Switch(Setting[bool]):
    """Read a setting that is on or off."""

    def __init__(self, name: str, *, default: bool | Callable[[], bool]) -> None:
        super().__init__(
            name, default=default, read=bool, fits=lambda value: isinstance(value, bool), must_be="True or False"
        )


class WholeNumber(Setting[int]):
    """Read a setting that is a number of days, seconds or attempts."""

    def __init__(self, name: str, *, default: int, least: int, unit: str = "") -> None:
        number = f"a whole number of {unit}" if unit else "a whole number"
        super().__init__(
            name,
            default=default,
            read=int,
            fits=lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= least,
            must_be=f"{number}, at least {least}",
        )


class Text(Setting[str]):
    """Read a setting that is a text, empty by default."""

    def __init__(self, name: str, *, fits: Callable[[Any], bool], must_be: str) -> None:
        super().__init__(name, default="", read=str, fits=fits, must_be=must_be)


class Hidden(str):
    """Holds a secret text that error reports do not show, even where they show the variables of each frame."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'(hidden)'"


class Secrets(Setting[tuple[Hidden, ...]]):
    """Read a setting that is a list of secret texts, empty by default; a path counts as its text."""

    def __init__(self, name: str, *, must_be: str) -> None:
        super().__init__(
            name, default=(), read=lambda values: tuple(map(Hidden, values)), fits=are_texts, must_be=must_be
        )


def _hidden(values: Iterable[object]) -> tuple[Hidden, ...]:
    return tuple(Hidden(value) for value in values)


class Dictionary(Setting[Mapping[str, T]]):
    """Read a setting that is a dictionary with texts as keys, empty by default."""

    def __init__(
        self, name: str, *, read: Callable[[Any], Mapping[str, T]], fits: Callable[[Any], bool], must_be: str
    ) -> None:
        super().__init__(name, default={}, read=read, fits=fits, must_be=must_be)


def are_texts(value: Any) -> bool:
    """Return True for a list of non-empty texts or paths."""
    return isinstance(value, list | tuple) and all(isinstance(item, str | PurePath) and str(item) for item in value)


def is_text(value: Any) -> bool:
    """Return True for a text."""
    return isinstance(value, str)


def is_url(value: Any) -> bool:
    """Return True for an absolute http or https URL (http is for development), and for the empty text."""
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    return value == "" or (parts.scheme in ("https", "http") and bool(parts.netloc))


def is_issuer(value: Any) -> bool:
    """Return True for a URL without query and fragment (RFC 8414 §2), and for the empty text."""
    return is_url(value) and not set("?#") & set(value)


def maps_texts(value: Any) -> bool:
    """Return True for a dictionary from texts to texts."""
    return isinstance(value, dict) and all(isinstance(text, str) for pair in value.items() for text in pair)


def maps_to_permissions(value: Any) -> bool:
    """Return True for a dictionary from texts to Django permissions, such as `app.change_order`."""
    return maps_texts(value) and all(permission.count(".") == 1 for permission in value.values())
