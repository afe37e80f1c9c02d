"""What `sekimori doctor` found when it was last asked to keep it: a small file that the report reads."""

from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

import msgspec

from sekimori.core.errors import SekimoriError

VERSION: Final = 1


class CheckedUnreadable(SekimoriError):  # noqa: N818 - the name says what happened
    """A file of checks cannot be read."""

    code: ClassVar[str] = "checked.unreadable"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One check: its id and how it came out (``ok``, ``warning``, ``wrong``, ``unknown``, ``skipped``)."""

    check: str
    state: str


class Checks(msgspec.Struct, frozen=True, kw_only=True):
    """Every check of one examination."""

    version: int
    checked_at: datetime
    checks: tuple[Checked, ...]

    def state_of(self, check: str) -> str | None:
        """Return how a check came out; None where it was not made."""
        return next((each.state for each in self.checks if each.check == check), None)


def read_checked(path: Path) -> Checks:
    """Read the file that ``sekimori doctor --out`` wrote.

    Raises:
        CheckedUnreadable: it is not there, or is something else.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Checks)
    except OSError as error:
        raise CheckedUnreadable(f"{path} cannot be read", hint=error.strerror or type(error).__name__) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        hint = "it is written by: sekimori doctor --out FILE"
        raise CheckedUnreadable(f"{path} does not hold what the doctor found", hint=hint) from error
    if found.version != VERSION:
        raise CheckedUnreadable(f"{path} is of version {found.version}", hint=f"this one reads version {VERSION}")
    return found
