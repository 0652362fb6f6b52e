"""Brings a database to the newest migration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection

from bot.store.connecting import begin_sqlite, parse_url, prepare_sqlite

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"
UPGRADE_LOCK = 0x6C6D6170  # any number that the bot's other advisory locks do not use


def upgrade(url: str) -> None:
    """Safe at every start; of several processes one upgrades and the others wait for it."""
    with _locked(url) as connection:
        command.upgrade(_config(connection), "head")


def needs_upgrade(url: str) -> bool:
    with _locked(url) as connection:
        current = set(MigrationContext.configure(connection).get_current_heads())
    return current != set(ScriptDirectory.from_config(_config(None)).get_heads())


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _locked(url: str) -> Iterator[Connection]:
    address = parse_url(url)
    sqlite = address.drivername == "sqlite"
    engine = create_engine(
        address if sqlite else address.set(drivername="postgresql+psycopg"),
        execution_options={"takes_write_lock": True},
    )
    if sqlite:
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", prepare_sqlite)
        event.listen(engine, "begin", begin_sqlite)
    try:
        with engine.begin() as connection:
            if not sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
            yield connection
    finally:
        engine.dispose()
