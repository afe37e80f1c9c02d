"""What can go wrong with the database, in our words."""

import re
from typing import ClassVar, Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionInTime

from sekimori.core.errors import SekimoriError


class StorageUnavailable(SekimoriError):  # noqa: N818 - the name says what happened
    """The database cannot be read or written now: full, locked, not there, not permitted."""

    code: ClassVar[str] = "storage.unavailable"


class StorageMissing(StorageUnavailable):
    """There is no database yet, and whoever only reads does not make one."""

    code: ClassVar[str] = "storage.missing"


class StorageDamaged(StorageUnavailable):
    """The file is not a database, or not a sound one; on a server, the tables are not ours."""

    code: ClassVar[str] = "storage.damaged"
    exit_status: ClassVar[int] = 1


_FULL: Final = ("the disk is full", "free some space; what was accepted before is kept")
_LOCKED: Final = ("the database is locked", "another process writes for too long: is a second service running?")
_FOREIGN: Final = ("the database has not the tables that we made", "restore the database, or name another one")
_SIGN_IN: Final = ("the database server refused the sign-in", "look at [service] storage and storage_password")
_UNREACHABLE: Final = (
    "the database server cannot be reached",
    "look at [service] storage, and at the server; what was accepted before is kept",
)

_SQLITE: Final = {
    "SQLITE_FULL": _FULL,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_READONLY": ("the database cannot be written", "look at the owner and the mode of the file and its folder"),
    "SQLITE_CANTOPEN": (
        "the database cannot be opened",
        "look at [service] storage, and at the folder's owner and mode",
    ),
    "SQLITE_IOERR": ("the disk reports an error", "look at the disk and at the system's log"),
    "SQLITE_CORRUPT": ("the database file is damaged", "`sekimori audit verify` tells which entries are sound"),
    "SQLITE_NOTADB": ("the file is not a database", "look at [service] storage, or restore the file"),
    "SQLITE_ERROR": _FOREIGN,
}
_POSTGRESQL: Final = {  # SQLSTATE, PostgreSQL documentation appendix A; the longest beginning that fits
    "08": _UNREACHABLE,
    "25006": ("the database cannot be written", "the connection only reads: is it a replica?"),
    "28": _SIGN_IN,
    "3D000": ("the server has no database of that name", "make it: createdb NAME"),
    "40": _LOCKED,
    "42501": ("the database cannot be written", "look at the rights of the role in [service] storage"),
    "42P01": _FOREIGN,
    "42703": _FOREIGN,
    "53100": _FULL,
    "53300": ("the database server has no connection left", "look at its max_connections"),
    "55P03": _LOCKED,
    "57": _UNREACHABLE,
    "58": ("the database server's disk reports an error", "look at the disk and at the server's log"),
    "XX001": ("the database is damaged", "`sekimori audit verify` tells which entries are sound"),
    "XX002": ("the database is damaged", "`sekimori audit verify` tells which entries are sound"),
}
_REFUSED: Final = (
    # libpq: a connection that was not made has no SQLSTATE, only the server's words; what they quote is not repeated
    (re.compile(r'database "[^"]*" does not exist'), "3D000"),
    (re.compile(r'authentication failed|role "[^"]*" does not exist|pg_hba\.conf|no password supplied'), "28"),
    (re.compile(r"too many clients|connection slots"), "53300"),
)
_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "42P01", "42703", "XX001", "XX002")


def in_our_words(error: SQLAlchemyError) -> StorageUnavailable:
    """Translate a database error; the original stays its cause."""
    name, code = _named(error)
    words, hint = (_SQLITE | _POSTGRESQL).get(
        code, ("the database refused", f"the reason it gave: {name or type(error).__name__}")
    )
    kind = StorageDamaged if code in _DAMAGE else StorageUnavailable
    return kind(words, hint=hint)


def is_refusal(error: Exception) -> bool:
    """Return whether the server refused the sign-in, as far as the words of a connection that was not made say so."""
    return next((code for words, code in _REFUSED if words.search(str(error))), "") == "28"


def _named(error: SQLAlchemyError) -> tuple[str, str]:
    """Return the engine's own name for the error, and under which of ours it falls, or nothing."""
    original = getattr(error, "orig", None)
    if isinstance(error, NoConnectionInTime) or _is_unconnected(original):
        return "", next((code for words, code in _REFUSED if words.search(str(original))), "08")
    name = str(getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or "")
    known = _SQLITE if name.startswith("SQLITE") else _POSTGRESQL
    return name, max((code for code in known if name.startswith(code)), key=len, default="")


def _is_unconnected(original: object) -> bool:
    return type(original).__module__.startswith("psycopg") and getattr(original, "sqlstate", "") is None
