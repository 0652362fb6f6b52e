"""What was learned of a pair is worked out once an hour, from the rows of full hours."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from stage import BTC, NOW, HerePool, watch

from bot.jobs import tasks
from bot.jobs.impacts import GOOD_FOR_MS, Impacts
from bot.liquidation.impact import HOUR_MS, LATEST_READING_MS, Impact, Moves
from bot.store import pairs, readings
from bot.store.database import Database

HOUR = NOW // HOUR_MS * HOUR_MS


async def test_only_rows_of_the_first_minutes_of_an_hour_are_read(database: Database) -> None:
    async with database.begin() as tx:
        for stamp_ms in (HOUR, HOUR + LATEST_READING_MS + 1, HOUR + 15 * 60_000, HOUR + HOUR_MS + 60_000):
            await pairs.save_map(tx, BTC, stamp_ms, {"stamp": stamp_ms})
        await pairs.save_map(tx, "ETH/USDT:USDT", HOUR, {})
        found = await readings.hourly_payloads(tx, BTC, HOUR)
        assert len(found) == 2
        assert len(await readings.hourly_payloads(tx, BTC, HOUR + 1)) == 1


async def test_it_is_worked_out_once_an_hour(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def impact(model: object, venue: str, payloads: list[bytes]) -> Impact:
        asked.append(venue)
        return Impact((Moves(0, 0),) * 4, Moves(0, 0), len(payloads))

    monkeypatch.setattr(tasks, "impact", impact)
    now = [NOW]
    impacts = Impacts(database, cast(Any, HerePool()), lambda: now[0])
    pair = watch()
    assert await impacts.of(pair) is not None
    now[0] += GOOD_FOR_MS - 1
    await impacts.of(pair)
    assert asked == ["binance"]
    now[0] += 1
    await impacts.of(pair)
    assert asked == ["binance", "binance"]
    pair.reference = None
    now[0] += GOOD_FOR_MS
    assert await impacts.of(pair) is None


def test_rows_without_a_reading_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    standing = SimpleNamespace(ranges=lambda: np.zeros((0, 4)))
    model = SimpleNamespace(inventories={"binance": standing})
    monkeypatch.setattr(tasks, "unpacked", lambda kept: model)
    monkeypatch.setattr(tasks, "unpacked_json", lambda payload: {})
    assert tasks.impact(cast(Any, None), "binance", [b"", b""]).hours == 0
