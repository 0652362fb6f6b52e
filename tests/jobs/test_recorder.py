"""The recorder: nothing that was told is lost, nothing is stored twice, and no silence is made up."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from stage import BTC, NOW, Clock, ToldVenue, failing, watch

from bot.jobs.pruning import Pruner
from bot.jobs.recorder import Recorder
from bot.liquidation.side import Side
from bot.market.forced_orders import ForcedOrder, Heard, told_apart
from bot.store import liquidations
from bot.store.database import Database
from bot.store.liquidations import Stretch

ETH = "ETH/USDT:USDT"
FOREVER = 2 * NOW


def order(stamp_ms: int = NOW, price: float = 97.0, symbol: str = BTC) -> ForcedOrder:
    return ForcedOrder(symbol, stamp_ms, Side.LONG, price, price * 1.004, 2.0)


class Scene:
    def __init__(self, database: Database, most_waiting: int = 1000) -> None:
        self.database, self.clock = database, Clock()
        self.venues = {name: ToldVenue(name, self.clock) for name in ("binance", "okx")}
        self.recorder = Recorder(self.venues, database, most_waiting)

    def tell(
        self,
        orders: Sequence[ForcedOrder] = (),
        since_ms: Mapping[str, int] | None = None,
        *,
        until_ms: int = NOW,
        venue: str = "okx",
    ) -> None:
        self.venues[venue].told = Heard(until_ms, tuple(orders), {BTC: NOW} if since_ms is None else since_ms)

    async def stamps(self, venue: str = "okx") -> list[int]:
        async with self.database.read() as tx:
            found = await liquidations.between(tx, venue, BTC, 0, FOREVER)
        return [int(stamp) for stamp in found.stamp_ms]

    async def stretches(self, symbol: str = BTC) -> tuple[Stretch, ...]:
        async with self.database.read() as tx:
            return await liquidations.stretches(tx, "okx", symbol, 0, FOREVER)


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Database:
    return Database.open(sqlite_url)


async def test_a_burst_of_1200_is_written_to_the_last_order(scene: Scene) -> None:
    burst = [order(NOW + at // 40, price=97.0 - at / 1000) for at in range(1200)]
    scene.tell(burst, until_ms=NOW + 100)
    scene.tell([order(NOW + 5)], venue="binance")
    await scene.recorder.tick(())
    assert await scene.stamps() == [one.stamp_ms for one in burst]
    assert await scene.stamps("binance") == [NOW + 5]


async def test_what_is_told_again_after_a_reconnect_is_stored_once(scene: Scene) -> None:
    message = told_apart([order(), order(), order(NOW + 1)])
    scene.tell(message)
    await scene.recorder.flush()
    scene.tell([*message, order(NOW + 2), *message])
    await scene.recorder.flush()
    assert await scene.stamps() == [NOW, NOW, NOW + 1, NOW + 2]


async def test_a_message_that_comes_twice_at_once_counts_once(scene: Scene) -> None:
    message = told_apart([order(), order()])
    scene.tell([*message, *message])
    await scene.recorder.flush()
    assert len(await scene.stamps()) == 2


async def test_listening_goes_on_while_nothing_happens(scene: Scene) -> None:
    for later in (0, 1500, 3000):
        scene.tell(until_ms=NOW + later)
        await scene.recorder.flush()
    assert await scene.stretches() == (Stretch(NOW, NOW + 3000),)


async def test_a_break_leaves_a_hole(scene: Scene) -> None:
    scene.tell(until_ms=NOW + 1000)
    await scene.recorder.flush()
    scene.tell(since_ms={}, until_ms=NOW + 2000)
    await scene.recorder.flush()
    scene.tell([order(NOW + 3500)], {BTC: NOW + 3000}, until_ms=NOW + 4000)
    await scene.recorder.flush()
    assert await scene.stretches() == (Stretch(NOW, NOW + 1000), Stretch(NOW + 3000, NOW + 4000))
    assert await scene.stamps() == [NOW + 3500]


async def test_a_restart_begins_a_stretch_of_its_own(scene: Scene) -> None:
    scene.tell(until_ms=NOW + 1000)
    await scene.recorder.flush()
    again = Recorder(scene.venues, scene.database)
    scene.tell(since_ms={BTC: NOW + 9000}, until_ms=NOW + 9500)
    await again.flush()
    assert await scene.stretches() == (Stretch(NOW, NOW + 1000), Stretch(NOW + 9000, NOW + 9500))


async def test_each_venue_listens_to_the_watched_pairs_that_it_lists(scene: Scene) -> None:
    bitcoin, ether = watch(), replace(watch(), symbol=ETH)
    del ether.contracts["okx"]
    await scene.recorder.tick([ether, bitcoin])
    assert scene.venues["okx"].listening_to == (BTC,)
    assert scene.venues["binance"].listening_to == (BTC, ETH)
    await scene.recorder.tick([])
    assert not scene.venues["okx"].listening_to


async def test_a_venue_that_cannot_listen_leaves_the_others_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: object) -> None:
        raise failing("binance")

    monkeypatch.setattr(scene.venues["binance"], "listen", refuse)
    scene.tell([order()])
    await scene.recorder.tick([watch()])
    assert scene.venues["okx"].listening_to == (BTC,)
    assert await scene.stamps() == [NOW]


async def test_a_number_that_is_none_does_not_keep_the_others_out(scene: Scene) -> None:
    scene.tell([order(), order(NOW + 1, price=float("nan")), order(NOW + 2, price=0.0), order(NOW + 3)])
    await scene.recorder.flush()
    assert await scene.stamps() == [NOW, NOW + 3]


async def test_nothing_is_lost_while_the_database_is_locked(on_sqlite: Database, sqlite_url: str) -> None:
    scene = Scene(on_sqlite)
    on_sqlite._patience_s = 0.05
    scene.tell([order()], until_ms=NOW + 1000)
    async with on_sqlite.begin():  # somebody else writes, for long
        await scene.recorder.flush()
        scene.tell([order(NOW + 1500)], until_ms=NOW + 2000)
        await scene.recorder.flush()
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as looking:
        assert looking.execute("SELECT count(*) FROM liquidations").fetchone() == (0,)
    await scene.recorder.flush()
    assert await scene.stamps() == [NOW, NOW + 1500]
    assert await scene.stretches() == (Stretch(NOW, NOW + 2000),)
    await on_sqlite.close()


async def test_what_had_to_be_dropped_is_not_called_listened_to(
    on_sqlite: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ten orders wait and five may: the first five go, and with them the claim of having listened then."""
    scene = Scene(on_sqlite, most_waiting=5)
    on_sqlite._patience_s = 0.05
    scene.tell(until_ms=NOW)
    await scene.recorder.flush()
    scene.tell([order(NOW + at) for at in range(1, 11)], until_ms=NOW + 20)
    async with on_sqlite.begin():
        await scene.recorder.flush()
    assert "liquidations were lost" in capsys.readouterr().out
    scene.tell([order(NOW + 25)], until_ms=NOW + 30)
    await scene.recorder.flush()
    assert await scene.stamps() == [NOW + at for at in (6, 7, 8, 9, 10, 25)]
    assert await scene.stretches() == (Stretch(NOW, NOW), Stretch(NOW + 6, NOW + 30))
    await on_sqlite.close()


async def test_flushes_at_the_same_time_write_everything_once(scene: Scene) -> None:
    scene.tell([order(), order(NOW + 1)])
    await asyncio.gather(*(scene.recorder.flush() for _ in range(5)))
    assert await scene.stamps() == [NOW, NOW + 1]


async def test_who_needs_a_whole_candle_waits_for_a_feed_that_is_a_little_behind(scene: Scene) -> None:
    """The orders of its last second come when it has closed."""
    scene.tell(since_ms={BTC: NOW - 60_000}, until_ms=NOW - 300)
    asked = asyncio.ensure_future(scene.recorder.catch_up(BTC, {"okx": NOW}))
    while not await scene.stretches():  # noqa: ASYNC110 - what is waited for is a row
        await asyncio.sleep(0.01)
    assert not asked.done()
    scene.tell([order(NOW - 100)], {BTC: NOW - 60_000}, until_ms=NOW)
    await asked
    assert await scene.stamps() == [NOW - 100]


async def test_nobody_waits_for_a_feed_that_is_down(scene: Scene) -> None:
    scene.tell([order(NOW - 100)], since_ms={})
    await scene.recorder.catch_up(BTC, {"okx": NOW})
    assert await scene.stamps() == [NOW - 100]


async def test_what_is_older_than_ninety_days_is_pruned_by_market_time(scene: Scene) -> None:
    oldest = liquidations.kept_from_ms(NOW)
    scene.tell([order(oldest - 1), order(oldest), order(NOW)], {BTC: oldest - 10})
    await scene.recorder.flush()
    desk = SimpleNamespace(now_ms=lambda: NOW, forget_idle=lambda: None, watched=())
    await Pruner(scene.database, cast(Any, desk)).tick()
    assert await scene.stamps() == [oldest, NOW]
