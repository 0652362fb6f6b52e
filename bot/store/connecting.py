"""Which database a URL means, and how its connections are set up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

USUAL = "Usual ones are sqlite:///data/bot.db and postgresql://user:password@host/name."
CONNECT_SECONDS = 10
PRAGMAS = (
    "PRAGMA busy_timeout = 30000",
    # A killed process loses nothing under NORMAL; only a power cut may take the last commits.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
)


class DatabaseUnavailable(Exception):
    """The database cannot be used; the text says which and why, without its password."""


def parse_url(url: str) -> URL:
    """Any usual spelling of an SQLite file or a PostgreSQL database, without the driver.

    Raises ValueError with a sentence that does not repeat the text: there may be a password in it.
    """
    try:
        found = make_url(url)
        backend = "postgresql" if found.drivername == "postgres" else found.get_backend_name()
    except (ArgumentError, ValueError):
        raise ValueError(f"This is no address of a database. {USUAL}") from None
    if backend not in ("sqlite", "postgresql"):
        raise ValueError(f"The database must be sqlite or postgresql, not {backend}.")
    if backend == "sqlite" and _in_memory(found):
        raise ValueError("An SQLite database needs a file, e.g. sqlite:///data/bot.db.")
    if backend == "postgresql" and "connect_timeout" not in found.query:
        found = found.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
    return found.set(drivername=backend)


def _in_memory(url: URL) -> bool:
    return not url.database or ":memory:" in url.database or url.query.get("mode") == "memory"


@contextmanager
def plain_errors(url: str) -> Iterator[None]:
    """A database that cannot be opened is one sentence instead of a stack trace."""
    try:
        yield
    except DBAPIError as error:
        raise DatabaseUnavailable(_sentence(parse_url(url), str(error.orig))) from None
    except OSError as error:
        raise DatabaseUnavailable(_sentence(parse_url(url), error.strerror or str(error))) from None


def _sentence(url: URL, reason: str) -> str:
    lines = reason.strip().splitlines() or ["no reason given"]
    said = f"The database {url.set(query={}).render_as_string()} cannot be opened: {lines[0].rstrip('.')}."
    return said.replace(str(url.password), "***") if url.password else said


def prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver shall not open transactions by its own rules: `begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (*PRAGMAS, "PRAGMA journal_mode = WAL"):
        cursor.execute(pragma)
    cursor.close()


def begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once if another wrote in between; one that
    # takes the write lock at the start waits for its turn.
    writes = connection.get_execution_options().get("takes_write_lock", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
