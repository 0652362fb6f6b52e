"""Orders are stored once however often they are told, and silence is known from deafness."""

from dataclasses import replace

from store_samples import BTC, ETH, MINUTE, NOW

from bot.liquidation.side import Side
from bot.store import liquidations
from bot.store.database import Database, Transaction
from bot.store.liquidations import DAY_MS, KEPT_MS, Liquidation, Stretch, Total

BYBIT_BTC = ("bybit", BTC)


def order(stamp_ms: int = NOW, **other: object) -> Liquidation:
    told = Liquidation("bybit", BTC, stamp_ms, Side.LONG, 97.0, 97.4, 2.0)
    return replace(told, **other)  # type: ignore[arg-type]


async def listen(tx: Transaction, from_ms: int, until_ms: int) -> None:
    await liquidations.listened(tx, [(BYBIT_BTC, Stretch(from_ms, until_ms))])


async def heard(tx: Transaction, begin_ms: int = 0, end_ms: int = 2 * NOW) -> list[tuple[int, int]]:
    found = await liquidations.stretches(tx, *BYBIT_BTC, begin_ms, end_ms)
    return [(stretch.from_ms, stretch.until_ms) for stretch in found]


async def test_orders_come_back_in_order_of_time(database: Database) -> None:
    async with database.begin() as tx:
        await liquidations.add(tx, [order(NOW + 2), order(NOW), order(NOW + 1, side=Side.SHORT, price=101.5)])
        await liquidations.add(tx, [order(NOW, venue="okx"), order(NOW, symbol=ETH)])
        found = await liquidations.between(tx, *BYBIT_BTC, NOW, NOW + 2)
        empty = await liquidations.between(tx, *BYBIT_BTC, NOW + 3, NOW + 9)
    assert found.stamp_ms.tolist() == [NOW, NOW + 1]
    assert found.side.tolist() == [Side.LONG, Side.SHORT]
    assert found.price.tolist() == [97.0, 101.5]
    assert found.trigger_price.tolist() == [97.4, 97.4]
    assert found.quantity_base.tolist() == [2.0, 2.0]
    assert len(empty) == 0
    assert empty.stamp_ms.dtype.kind == "i"


async def test_an_order_that_is_told_again_is_stored_once(database: Database) -> None:
    told = [order(price=0.1 + 0.2), order(price=0.3), order(NOW + 1)]
    async with database.begin() as tx:
        await liquidations.add(tx, told)
        await liquidations.add(tx, [*told, order(NOW + 2)])
        await liquidations.add(tx, [])
        assert await liquidations.count(tx) == 4


async def test_equal_orders_of_one_message_are_two(database: Database) -> None:
    async with database.begin() as tx:
        for _ in range(2):
            await liquidations.add(tx, [order(), order(nth=1)])
        assert await liquidations.count(tx, "bybit") == 2
        assert await liquidations.count(tx, "okx") == 0


async def test_a_burst_is_stored_in_one_go(database: Database) -> None:
    async with database.begin() as tx:
        await liquidations.add(tx, [order(NOW + at // 3, price=97.0 + at) for at in range(12_000)])
        assert len(await liquidations.between(tx, *BYBIT_BTC, NOW, NOW + MINUTE)) == 12_000


async def test_a_stretch_goes_on_and_a_break_begins_another(database: Database) -> None:
    async with database.begin() as tx:
        await listen(tx, 100, 200)
        await listen(tx, 100, 350)
        await listen(tx, 100, 300)
        await listen(tx, 400, 500)
        await liquidations.listened(
            tx, [(("bybit", ETH), Stretch(350, 400)), (("okx", BTC), Stretch(0, 900))]
        )
        await liquidations.listened(tx, [])
        assert await heard(tx) == [(100, 350), (400, 500)]
        assert await heard(tx, 350, 400) == []
        assert await heard(tx, 200, 450) == [(200, 350), (400, 500)]


async def test_stretches_that_touch_are_one(database: Database) -> None:
    async with database.begin() as tx:
        await listen(tx, 100, 200)
        await listen(tx, 200, 300)
        await listen(tx, 250, 280)
        assert await heard(tx) == [(100, 300)]


async def test_the_newest_of_all_venues_come_first(database: Database) -> None:
    async with database.begin() as tx:
        await liquidations.add(tx, [order(NOW + at) for at in range(5)])
        await liquidations.add(
            tx, [order(NOW + 9, venue="okx", side=Side.SHORT), order(NOW + 20, symbol=ETH)]
        )
        found = await liquidations.newest(tx, BTC, NOW, 3)
        one_venue = await liquidations.newest(tx, BTC, NOW + 2, 9, "bybit")
    assert found == (order(NOW + 9, venue="okx", side=Side.SHORT), order(NOW + 4), order(NOW + 3))
    assert [one.stamp_ms - NOW for one in one_venue] == [4, 3, 2]


async def test_totals_are_by_venue_and_side(database: Database) -> None:
    async with database.begin() as tx:
        await liquidations.add(tx, [order(NOW - 1), order(), order(NOW + 1, price=100.0, quantity_base=3.0)])
        await liquidations.add(tx, [order(NOW, venue="okx", side=Side.SHORT), order(NOW, venue="gate")])
        found = await liquidations.totals(tx, BTC, ["okx", "bybit"], NOW)
        until = await liquidations.totals(tx, BTC, ["bybit"], NOW, NOW + 1)
    okx = Total("okx", Side.SHORT, 1, 2.0, 194.0)
    assert found == (Total("bybit", Side.LONG, 2, 5.0, 494.0), okx)
    assert until == (Total("bybit", Side.LONG, 1, 2.0, 194.0),)


async def test_the_largest_of_a_stretch_of_time(database: Database) -> None:
    told = [order(NOW + at, quantity_base=float(1 + at)) for at in range(5)]
    others = [order(NOW, venue="okx", quantity_base=9.0), order(NOW, side=Side.SHORT, quantity_base=9.0)]
    async with database.begin() as tx:
        await liquidations.add(tx, [*told, *others, order(NOW - 1, quantity_base=9.0)])
        found = await liquidations.largest(tx, BTC, ["bybit"], [Side.LONG], NOW, NOW + 4, 3)
    assert found == (told[3], told[2], told[1])


async def test_since_when_each_venue_is_listened_to(database: Database) -> None:
    async with database.begin() as tx:
        await listen(tx, 100, 200)
        await listen(tx, 50, 70)
        await liquidations.listened(tx, [(("okx", BTC), Stretch(60, 61)), (("gate", ETH), Stretch(1, 2))])
        assert await liquidations.listening_since(tx, BTC) == {"bybit": 50, "okx": 60}


async def test_what_is_older_than_ninety_days_goes(database: Database) -> None:
    before_ms = liquidations.kept_from_ms(NOW)
    assert before_ms == NOW - 90 * DAY_MS == NOW - KEPT_MS
    async with database.begin() as tx:
        await liquidations.add(tx, [order(before_ms - 1), order(before_ms), order(NOW)])
        await listen(tx, before_ms - 50, before_ms - 40)
        await listen(tx, before_ms - 30, NOW)
        assert await liquidations.prune(tx, before_ms) == 2
        assert await heard(tx) == [(before_ms - 30, NOW)]
        assert await heard(tx, before_ms) == [(before_ms, NOW)]
        assert await liquidations.count(tx) == 2


async def test_sums_by_minute_and_side(database: Database) -> None:
    minute = NOW // MINUTE * MINUTE
    told = [order(minute), order(minute + 59_999), order(minute + 1, side=Side.SHORT), order(minute + MINUTE)]
    async with database.begin() as tx:
        await liquidations.add(tx, [*told, order(minute - 1), order(minute, venue="okx"), order(symbol=ETH)])
        found = await liquidations.by_minute(tx, BTC, minute)
    assert [(one.start_ms, one.side, one.quantity_base) for one in found["bybit"]] == [
        (minute, Side.LONG, 4.0),
        (minute, Side.SHORT, 2.0),
        (minute + MINUTE, Side.LONG, 2.0),
    ]
    assert [(one.start_ms, one.quantity_base) for one in found["okx"]] == [(minute, 2.0)]
