"""Which database a URL means, and how its connections are set up."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

PRAGMAS = (
    "PRAGMA busy_timeout = 30000",
    # A killed process loses nothing under NORMAL; only a power cut may take the last commits.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
)


def parse_url(url: str) -> URL:
    """Any usual spelling of an SQLite file or a PostgreSQL database, without the driver."""
    found = make_url(url)
    backend = "postgresql" if found.drivername == "postgres" else found.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise ValueError(f"The database must be sqlite or postgresql, not {backend}.")
    if backend == "sqlite" and found.database in (None, "", ":memory:"):
        raise ValueError("An SQLite database needs a file, e.g. sqlite:///data/bot.db.")
    return found.set(drivername=backend)


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
