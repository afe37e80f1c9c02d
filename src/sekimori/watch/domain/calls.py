"""Which requests an identity makes to Microsoft Graph, as the manifest writes them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

MAILBOX: Final = "{mailbox}"
"""Stands for the mailbox of one of the manifest's people, or the broker's; for any where it names nobody."""

_PATTERN: Final = re.compile(r"^([A-Za-z]{3,7}) (/(?:v1\.0|beta)(?=/))?(/\S*)$")
_DEFAULT_VERSION: Final = "v1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPattern:
    """A method, a version and a path; ``*`` or ``{…}`` is any one part of it. Case does not count in the path.

    Law: `parse_call(str(pattern)) == pattern`.
    """

    method: str
    version: str
    parts: tuple[str, ...]

    def allows(self, method: str | None, version: str | None, path: str, mailboxes: Collection[str]) -> bool:
        """Say whether a call is one of these. ``mailboxes`` are case-folded; what the log does not say fits."""
        if method is not None and method != self.method:
            return False
        return self._is_at(path, mailboxes) and (version or self.version) == self.version

    def differs_in_version(self, method: str | None, path: str, mailboxes: Collection[str]) -> bool:
        """Say whether a call would be one of these in another version."""
        return method in {None, self.method} and self._is_at(path, mailboxes)

    def _is_at(self, path: str, mailboxes: Collection[str]) -> bool:
        parts = path_parts(path)
        pairs = zip(self.parts, parts, strict=False)
        return len(parts) == len(self.parts) and all(_fits(ours, theirs, mailboxes) for ours, theirs in pairs)

    def __str__(self) -> str:
        version = "" if self.version == _DEFAULT_VERSION else f"/{self.version}"
        return f"{self.method} {version}/{'/'.join(self.parts)}"


def parse_call(text: str) -> CallPattern:
    """Read ``POST /users/{mailbox}/calendar/getSchedule``; the version is v1.0 unless the path starts with /beta.

    Raises:
        ValueError: it is not written so.
    """
    match = _PATTERN.match(text.strip())
    if match is None:
        raise ValueError("a call is written POST /users/{mailbox}/calendar/getSchedule")
    method, version, path = match.groups()
    return CallPattern(
        method=method.upper(), version=(version or f"/{_DEFAULT_VERSION}").strip("/"), parts=path_parts(path)
    )


def path_parts(path: str) -> tuple[str, ...]:
    """Return the parts of a path, without doubled and closing slashes."""
    return tuple(part for part in path.split("/") if part)


def _fits(ours: str, theirs: str, mailboxes: Collection[str]) -> bool:
    if ours == MAILBOX and mailboxes:
        return theirs.casefold() in mailboxes
    return ours == "*" or (ours.startswith("{") and ours.endswith("}")) or ours.casefold() == theirs.casefold()
