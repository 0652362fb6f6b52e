"""The tables come from migrations, at every start, from one process or several."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from bot.store.connecting import parse_url
from bot.store.database import Database, needs_upgrade, upgrade
from bot.store.tables import metadata


def sync_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def test_the_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    engine = create_engine(sync_url(database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_table_that_differs_is_noticed(bare_url: str) -> None:
    upgrade(bare_url)
    engine = create_engine(sync_url(bare_url))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE chats ADD COLUMN mood TEXT"))
        assert compare_metadata(MigrationContext.configure(connection), metadata) != []
    engine.dispose()


def test_a_bare_database_needs_an_upgrade_and_then_does_not(bare_url: str) -> None:
    assert needs_upgrade(bare_url)
    upgrade(bare_url)
    assert not needs_upgrade(bare_url)
    upgrade(bare_url)


def test_several_processes_may_upgrade_at_once(bare_url: str) -> None:
    with ThreadPoolExecutor(4) as starters:
        list(starters.map(upgrade, [bare_url] * 4))
    assert not needs_upgrade(bare_url)


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'data' / 'deep' / 'bot.db'}")
    assert (tmp_path / "data" / "deep" / "bot.db").is_file()


@pytest.mark.parametrize(
    ("spelling", "driver"),
    [
        ("sqlite:///data/bot.db", "sqlite"),
        ("sqlite+aiosqlite:////srv/bot.db", "sqlite"),
        ("postgresql://bot@127.0.0.1/bot", "postgresql"),
        ("postgres://bot@127.0.0.1/bot", "postgresql"),
        ("postgresql+psycopg://bot@127.0.0.1/bot", "postgresql"),
    ],
)
def test_a_url_may_be_spelled_in_any_usual_way(spelling: str, driver: str) -> None:
    assert parse_url(spelling).drivername == driver


@pytest.mark.parametrize("spelling", ["mysql://bot@127.0.0.1/bot", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_cannot_serve_is_refused_with_a_sentence(spelling: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_url(spelling)


async def test_sqlite_keeps_what_was_committed_through_a_kill(sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    async with database.read() as tx:
        pragmas = [
            (await tx.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    await database.close()
    assert pragmas == ["wal", 1, 1, 30_000]
