"""Pages of a pair's history, kept until all of them are there and its model rests on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.statements import insert_into
from bot.store.tables import backfill_pages, checkpoints


@dataclass(frozen=True)
class Page:
    """What one venue said of [begin, end); the history may begin later, where the contract did."""

    venue: str
    begin_ms: int
    end_ms: int
    history: bytes


async def save(tx: AsyncConnection, symbol: str, pages: Sequence[Page]) -> None:
    """One that begins where another does replaces it."""
    for page in pages:
        row = {"symbol": symbol, **asdict(page)}
        stored = insert_into(tx, backfill_pages).values(row)
        fresh = {"end_ms": page.end_ms, "history": page.history}
        key = ["symbol", "venue", "begin_ms"]
        await tx.execute(stored.on_conflict_do_update(index_elements=key, set_=fresh))


async def load(tx: AsyncConnection, symbol: str, venue: str, after_ms: int = 0) -> tuple[bytes, ...]:
    """Histories of the pages that end later than a moment, oldest first."""
    ours = (backfill_pages.c.symbol == symbol, backfill_pages.c.venue == venue)
    wanted = select(backfill_pages.c.history).where(*ours, backfill_pages.c.end_ms > after_ms)
    return tuple(row[0] for row in await tx.execute(wanted.order_by(backfill_pages.c.begin_ms)))


async def reaches(tx: AsyncConnection, symbol: str) -> dict[str, int]:
    """By venue, where its oldest page begins."""
    oldest = func.min(backfill_pages.c.begin_ms)
    wanted = select(backfill_pages.c.venue, oldest).where(backfill_pages.c.symbol == symbol)
    return {venue: int(begin) for venue, begin in await tx.execute(wanted.group_by(backfill_pages.c.venue))}


async def drop(tx: AsyncConnection, symbol: str, venue: str | None = None) -> None:
    """Of one venue, or all of the symbol's."""
    ours = delete(backfill_pages).where(backfill_pages.c.symbol == symbol)
    await tx.execute(ours if venue is None else ours.where(backfill_pages.c.venue == venue))


async def left_behind(tx: AsyncConnection, before_ms: int) -> tuple[str, ...]:
    """Symbols with pages whose model was last saved before a moment: nobody has watched them since."""
    old = select(checkpoints.c.symbol).where(checkpoints.c.saved_ms < before_ms)
    wanted = select(backfill_pages.c.symbol).where(backfill_pages.c.symbol.in_(old)).distinct()
    return tuple(row[0] for row in await tx.execute(wanted))
