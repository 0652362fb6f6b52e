"""The database behind a URL: SQLite by default, PostgreSQL by URL alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.connecting import begin_sqlite, parse_url, prepare_sqlite
from bot.store.upgrading import needs_upgrade, upgrade

__all__ = ["Database", "Transaction", "needs_upgrade", "upgrade"]

Transaction = AsyncConnection  # what every statement of this room is handed

WRITE_WAIT_S = 30.0
# The level at which every statement of a transaction sees the same moment.
SNAPSHOT = {"sqlite": "SERIALIZABLE", "postgresql": "REPEATABLE READ"}


class Database:
    """Every write is one transaction; on SQLite the writers of a process queue up instead of failing."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(takes_write_lock=True)
        self._reading = engine.execution_options(isolation_level=SNAPSHOT[engine.dialect.name])
        self._turn = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        self._patience_s = WRITE_WAIT_S

    @classmethod
    def open(cls, url: str) -> Database:
        address = parse_url(url)
        driver = "aiosqlite" if address.drivername == "sqlite" else "psycopg"
        engine = create_async_engine(address.set(drivername=f"{address.drivername}+{driver}"))
        if address.drivername == "sqlite":
            event.listen(engine.sync_engine, "connect", prepare_sqlite)
            event.listen(engine.sync_engine, "begin", begin_sqlite)
        return cls(engine)

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction: committed at the end of the block, rolled back by an exception."""
        async with self._my_turn(), _checked_out(self._writing) as tx, tx.begin():
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One snapshot to read from; what is written in it is rolled back."""
        async with _checked_out(self._reading) as tx:
            yield tx

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        if self._turn is None:
            yield
            return
        async with asyncio.timeout(self._patience_s):  # a write within a write fails, not hangs
            await self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    async def close(self) -> None:
        await self._engine.dispose()


@asynccontextmanager
async def _checked_out(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection that goes back to its pool even if the task is cancelled while it is being opened."""
    connection = engine.connect()
    opening = asyncio.ensure_future(connection.start())
    try:
        await asyncio.shield(opening)
        yield connection
    finally:
        await asyncio.shield(_given_back(connection, opening))


async def _given_back(connection: AsyncConnection, opening: asyncio.Future[AsyncConnection]) -> None:
    await asyncio.wait([opening])
    if opening.exception() is None:
        await connection.close()
