"""Finds what the extension folders hold: one rule, envelope, provider, command or technique a file."""

import importlib
import pkgutil
from collections.abc import Callable, Hashable, Iterable
from types import ModuleType
from typing import ClassVar, TypeVar

from sekimori.core.errors import SekimoriError

T = TypeVar("T")


class DuplicateIdError(SekimoriError):
    """Two files of one extension folder claim the same id."""

    code: ClassVar[str] = "catalogue.duplicate_id"


def discover_modules(package: str) -> dict[str, ModuleType]:
    """Import every module directly inside a package; keys are module names, sorted.

    A name that starts with an underscore is not an extension.
    """
    parent = importlib.import_module(package)
    names = sorted(m.name for m in pkgutil.iter_modules(parent.__path__) if not m.name.startswith("_"))
    return {name: importlib.import_module(f"{package}.{name}") for name in names}


def by_id(items: Iterable[T], key: Callable[[T], Hashable], *, what: str) -> dict[Hashable, T]:
    """Index items by id.

    Raises:
        DuplicateIdError: two items share an id; starting anyway would silently lose one of them.
    """
    found: dict[Hashable, T] = {}
    for item in items:
        if key(item) in found:
            raise DuplicateIdError(f"two {what} share the id {key(item)!r}", hint="give one of the files another id")
        found[key(item)] = item
    return found
