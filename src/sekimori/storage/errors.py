"""What can go wrong with the database, in our words."""

from typing import ClassVar, Final

from sqlalchemy.exc import SQLAlchemyError

from sekimori.core.errors import SekimoriError


class StorageUnavailable(SekimoriError):  # noqa: N818 - the name says what happened
    """The database cannot be read or written now: full, locked, not there, not permitted."""

    code: ClassVar[str] = "storage.unavailable"


class StorageDamaged(StorageUnavailable):
    """The file is not a database, or not a sound one."""

    code: ClassVar[str] = "storage.damaged"
    exit_status: ClassVar[int] = 1


_KNOWN: Final = {
    "SQLITE_FULL": ("the disk is full", "free some space; what was accepted before is kept"),
    "SQLITE_BUSY": ("the database is locked", "another process writes for too long: is a second service running?"),
    "SQLITE_LOCKED": ("the database is locked", "another process writes for too long: is a second service running?"),
    "SQLITE_READONLY": ("the database cannot be written", "look at the owner and the mode of the file and its folder"),
    "SQLITE_CANTOPEN": (
        "the database cannot be opened",
        "look at [service] storage, and at the folder's owner and mode",
    ),
    "SQLITE_IOERR": ("the disk reports an error", "look at the disk and at the system's log"),
    "SQLITE_CORRUPT": ("the database file is damaged", "`sekimori audit verify` tells which entries are sound"),
    "SQLITE_NOTADB": ("the file is not a database", "look at [service] storage, or restore the file"),
    "SQLITE_ERROR": ("the database has not the tables that we made", "restore the file, or name another one"),
}
_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR")


def in_our_words(error: SQLAlchemyError) -> StorageUnavailable:
    """Translate a database error; the original stays its cause."""
    name = str(getattr(getattr(error, "orig", None), "sqlite_errorname", "") or "")
    code = next((code for code in _KNOWN if name.startswith(code)), "")
    words, hint = _KNOWN.get(code, ("the database refused", f"the reason it gave: {name or type(error).__name__}"))
    kind = StorageDamaged if code in _DAMAGE else StorageUnavailable
    return kind(words, hint=hint)
