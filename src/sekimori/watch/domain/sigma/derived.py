"""Keys that no log has, worked out from those it has: what the kernel needs of whoever works them out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sekimori.watch.domain.sigma.columns import Root


@dataclass(frozen=True, slots=True)
class Changes:
    """The `changes` of a record: `bare` of the keys AROUND them, which are dear to work out and the same for each."""

    bare: Sequence[Mapping[str, Any]]
    around: Callable[[], Mapping[str, Any]]

    def whole(self) -> Sequence[Mapping[str, Any]]:
        """Return the changes with all their keys."""
        around = self.around() if self.bare else {}
        return [{**change, **around} for change in self.bare]


class Derived(Protocol):
    """Works out the keys that no log has."""

    @property
    def told_by(self) -> Mapping[Root, Any]:
        """The columns that `told` reads: each `PLAIN`, or the keys that are read of the elements of its list."""
        ...

    def enriched(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a canonical record with those keys."""
        ...

    def told(self, line: Any) -> Any:
        """Return a value that the changes of a line hang on but for the keys AROUND them, to remember them by.

        The line is an object with the columns `told_by`. None where they hang on more.
        """
        ...

    def changes_told(self, told: Any) -> Sequence[Mapping[str, Any]]:
        """Return the changes that such a value tells of, without the keys AROUND them."""
        ...

    def changes(self, line: bytes) -> Changes | None:
        """Return the changes that the record on a line is enriched with; None where only `enriched` can tell."""
        ...


class Nothing:
    """Works nothing out: records are asked as they are."""

    told_by: Mapping[Root, Any] = {}

    def enriched(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the record."""
        return record

    def told(self, line: Any) -> None:
        """Leave it to `enriched`."""

    def changes_told(self, told: Any) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002 - one of several ways
        """Return none: nothing is told."""
        return ()

    def changes(self, line: bytes) -> None:
        """Leave it to `enriched`."""
