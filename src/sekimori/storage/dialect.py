"""What SQLite and PostgreSQL spell differently."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import LargeBinary, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Insert: TypeAlias = "postgresql.Insert | sqlite.Insert"


def insert_into(connection: AsyncConnection, table: Table) -> Insert:
    """Begin an INSERT that can say what to do ``ON CONFLICT``."""
    return _insert(connection.dialect.name, table)


def made_once(make: Callable[[Insert], Any], table: Table) -> Callable[[AsyncConnection], Any]:
    """Return what gives an INSERT that is the same every time: SQLAlchemy takes longer to make one than to run it."""

    @cache
    def of(dialect: str) -> Any:
        return make(_insert(dialect, table))

    return lambda connection: of(connection.dialect.name)


def _insert(dialect: str, table: Table) -> Insert:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # a twentieth of what a start takes, and needed on a server alone

        return postgresql.insert(table)
    return sqlite.insert(table)


class octets(GenericFunction[bytes]):  # noqa: N801 - it stands for a function of SQL
    """The bytes of a text column.

    SQLite keeps in a text column whatever was put there, and reading it as text may fail.
    """

    name = "octets"
    type = LargeBinary()
    inherit_cache = True


@compiles(octets, "sqlite")
def _for_sqlite(element: octets, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"


@compiles(octets, "postgresql")
def _for_postgresql(element: octets, compiler: SQLCompiler, **options: Any) -> str:
    return f"convert_to({compiler.process(element.clauses, **options)}, 'UTF8')"
