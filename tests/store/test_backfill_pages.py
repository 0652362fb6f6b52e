"""Pages of a history are there after a restart, and gone once nobody needs them."""

from __future__ import annotations

import numpy as np
import pytest
from store_samples import BTC, ETH, NOW

from bot.liquidation.checkpoint import CheckpointError
from bot.liquidation.history import COLUMNS, History
from bot.liquidation.liquidations import Liquidations
from bot.liquidation.packed_history import packed_history, unpacked_history
from bot.liquidation.side import Side
from bot.store import backfill_pages, pairs
from bot.store.backfill_pages import Page
from bot.store.database import Database

MINUTE = 60_000


def page(venue: str, begin: int, text: str = "") -> Page:
    return Page(venue, begin, begin + 10, (text or f"{venue} {begin}").encode())


async def test_pages_come_back_oldest_first_by_symbol_and_venue(database: Database) -> None:
    async with database.begin() as tx:
        await backfill_pages.save(tx, BTC, [page("okx", 30), page("okx", 10), page("bybit", 20)])
        await backfill_pages.save(tx, ETH, [page("okx", 5)])
    async with database.read() as tx:
        assert await backfill_pages.load(tx, BTC, "okx") == (b"okx 10", b"okx 30")
        assert await backfill_pages.load(tx, BTC, "okx", after_ms=20) == (b"okx 30",)
        assert await backfill_pages.reaches(tx, BTC) == {"okx": 10, "bybit": 20}


async def test_a_page_that_is_stored_again_replaces_the_one_before(database: Database) -> None:
    async with database.begin() as tx:
        await backfill_pages.save(tx, BTC, [page("okx", 10)])
        await backfill_pages.save(tx, BTC, [page("okx", 10, "again")])
    async with database.read() as tx:
        assert await backfill_pages.load(tx, BTC, "okx") == (b"again",)


async def test_pages_are_dropped_by_venue_or_all_at_once(database: Database) -> None:
    async with database.begin() as tx:
        await backfill_pages.save(tx, BTC, [page("okx", 10), page("bybit", 20)])
        await backfill_pages.save(tx, ETH, [page("okx", 5)])
        await backfill_pages.drop(tx, BTC, "okx")
    async with database.begin() as tx:
        assert await backfill_pages.reaches(tx, BTC) == {"bybit": 20}
        await backfill_pages.drop(tx, BTC)
    async with database.read() as tx:
        assert await backfill_pages.reaches(tx, BTC) == {}
        assert await backfill_pages.reaches(tx, ETH) == {"okx": 5}


async def test_pairs_that_nobody_watches_any_more_are_told_by_their_checkpoint(database: Database) -> None:
    async with database.begin() as tx:
        await backfill_pages.save(tx, BTC, [page("okx", 10), page("okx", 20)])
        await backfill_pages.save(tx, ETH, [page("okx", 5)])
        await pairs.save_checkpoint(tx, BTC, b"", as_of_ms=NOW, now_ms=NOW - 10)
        await pairs.save_checkpoint(tx, ETH, b"", as_of_ms=NOW, now_ms=NOW)
        await pairs.save_checkpoint(tx, "SOL", b"", as_of_ms=NOW, now_ms=NOW - 10)
    async with database.read() as tx:
        assert await backfill_pages.left_behind(tx, NOW) == (BTC,)


def history(marks: bool) -> History:
    column = np.array([1.0, 2.0, np.nan])
    told = Liquidations(
        np.array([NOW + 1], np.int64), np.array([int(Side.SHORT)]), np.array([2.5]), np.array([0.1]), NOW
    )
    start = NOW + MINUTE * np.arange(3, dtype=np.int64)
    low, high = (column, column + 1) if marks else (None, None)
    opened, top, bottom, close, volume, interest = (column + n for n in range(6))
    return History(MINUTE, start, opened, top, bottom, close, volume, interest, low, high, liquidations=told)


@pytest.mark.parametrize("marks", [True, False])
def test_a_packed_history_comes_back_to_the_last_number(marks: bool) -> None:
    before = history(marks)
    after = unpacked_history(packed_history(before))
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
    for name in ("stamp_ms", "side", "price", "quantity_base"):
        np.testing.assert_array_equal(getattr(after.liquidations, name), getattr(before.liquidations, name))
    assert after.span_ms == before.span_ms
    assert after.liquidations.covered_from_ms == NOW


def test_a_damaged_history_is_refused() -> None:
    with pytest.raises(CheckpointError):
        unpacked_history(packed_history(history(True))[:-9])
