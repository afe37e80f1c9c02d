"""What is valid in itself and does not fit what is around: permissions nobody offers, files that are not there."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

import msgspec

from sekimori.manifest.formats import GUID_PATTERN
from sekimori.manifest.model import Manifest
from sekimori.manifest.problems import KeyPath, nearest, written
from sekimori.manifest.warnings import Concern, Warned

_GUID: Final = re.compile(GUID_PATTERN)


def unknown_permissions(manifest: Manifest, known: Collection[str]) -> tuple[Warned, ...]:
    """Find permissions whose name is not among ``known``, with the name most like it; ids are passed over."""
    declared = [("identity.permissions", manifest.identity.permissions)]
    declared += [(f"watch.apps[{n}].permissions", app.permissions) for n, app in enumerate(manifest.watch.apps)]
    return tuple(
        Warned(
            concern=Concern.UNKNOWN_PERMISSION, key=f"{key}[{index}]", value=name, suggestion=nearest(name, set(known))
        )
        for key, names in declared
        for index, name in enumerate(names)
        if name not in known and not _GUID.match(name)
    )


def missing_files(manifest: Manifest, *, folder: Path) -> tuple[Warned, ...]:
    """Find references to files that are not there; ``folder`` is the manifest's."""
    return tuple(
        Warned(concern=Concern.NO_FILE, key=written(path), value=name)
        for path, name in _files(msgspec.to_builtins(manifest), ())
        if not (folder / name).is_file()
    )


def _files(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _files(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _files(inner, (*path, index))
    elif isinstance(value, str) and value.startswith("file:") and _named(path) in _REFERENCES:
        yield path, value.removeprefix("file:")


def _named(path: KeyPath) -> str | int:
    """Return the key that a value stands under; an array's elements stand under the array's."""
    return next(step for step in reversed(path) if isinstance(step, str))


_REFERENCES: Final = {
    "keys",
    "connection_string",
    "api_key",
    "application_key",
    "storage_password",
    "certificate",
    "secret",
    "token",
    "management_token",
    "slack_token",
    "signing_secret",
    "bot_token",
    "app_token",
    "service_account",
    "calendar",
    "signing_key",
    "public_key",
}
