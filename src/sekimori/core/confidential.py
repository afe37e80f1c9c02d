"""Values that must not be printed: they hide themselves wherever text is made of them."""

from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")
HIDDEN: Final = "[hidden]"


class Confidential(Generic[T]):
    """Holds a value that ``str``, ``repr``, ``format`` and pickling never show.

    Take it out with :meth:`reveal`, at the one place that needs it.
    """

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self) -> T:
        """Return the value itself."""
        return self._value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._value == self._value

    def __hash__(self) -> int:
        return hash((type(self), self._value))

    def __reduce__(self) -> Any:
        raise TypeError(f"a {type(self).__name__} is not to be serialised")


class Secret(Confidential[T]):
    """A credential: who holds it can act as us."""


class Personal(Confidential[T]):
    """Something about a person: an address, a name, words they typed."""
