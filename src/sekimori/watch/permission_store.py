"""The user's own table of permissions, which goes before the one that ships with the package."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sekimori.core.errors import SekimoriError
from sekimori.watch.domain.permissions import Permission, format_table, prefer


class RefreshFailed(SekimoriError):  # noqa: N818 - the name says what happened
    """The tenant's permissions could not be read or kept."""

    code: ClassVar[str] = "permissions.refresh_failed"
    exit_status: ClassVar[int] = 4


@dataclass(frozen=True, slots=True)
class Offer:
    """What the resources of a tenant offer, and what they are called, by their application ids."""

    permissions: tuple[Permission, ...]
    names: Mapping[str, str]


def table_path(environ: Mapping[str, str]) -> Path | None:
    """Return where a user's own table is kept (XDG Base Directory), or None where he has no home."""
    data, home = environ.get("XDG_DATA_HOME"), environ.get("HOME")
    base = Path(data) if data else Path(home) / ".local" / "share" if home else None
    return base / "sekimori" / "permissions.txt" if base else None


def keep(offer: Offer, path: Path, *, source: str) -> None:
    """Write a table, whole or not at all.

    Raises:
        RefreshFailed: it cannot be written.
    """
    import tempfile  # only here: scans read this module at their start

    text = f"# Permissions that a tenant's resources offer, read from {source}\n" + format_table(
        offer.permissions, offer.names
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".permissions")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError as error:
        raise RefreshFailed(f"{path} cannot be written: {error.strerror}") from error


def use_refreshed(environ: Mapping[str, str]) -> str | None:
    """Let the user's own table go before the shipped one; return what is wrong with it, if something is."""
    path = table_path(environ)
    try:
        if path is not None and path.is_file():
            prefer(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return f"{path} is not used: {error}; sekimori permissions refresh writes it anew"
    return None
