"""What alerts were worth beside like levels, on a market that swings evenly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.rules.grading import ForcedOrders
from bot.rules.kinds import Kind
from bot.rules.price_path import PricePath
from bot.rules.telling import Reason, Telling
from bot.rules.worth import JudgedMarket, Pair, paired, worth

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
DAYS = 20
STEP = 5 * MINUTE
U = np.log(101 / 99)


def swinging() -> PricePath:
    """Every 8 hours from 99 up to 103 and back, in rows of five minutes."""
    stamps = STEP * np.arange(DAYS * DAY // STEP)
    close = 99 + 4 * np.abs(((stamps / (4 * HOUR)) % 2) - 1)
    return PricePath(stamps, stamps + STEP, close - 0.02, close + 0.02, close)


def alert(day: int, near: float = 102.0, hour: int = 6, side: Side = Side.SHORT) -> Telling:
    """At six price is at 101, on its way up."""
    low, high = sorted((near, near + side.sign * 0.5))
    return Telling(
        Kind.NEAR, "near:Z1", Reason.FIRST, 101.0, day * DAY + hour * HOUR, low, high, U, side=side
    )


def market(orders: ForcedOrders | None, zones: tuple[Zone, ...] = ()) -> JudgedMarket:
    path = swinging()
    maps = dict.fromkeys(path.end_ms.tolist(), zones)
    return JudgedMarket("X", path, np.full(len(path), 10.0), maps, orders)


def orders_at(price: float, quantity: float) -> ForcedOrders:
    """At that price whenever it is passed on the way up, and a sixtieth of it at all the others' tops."""
    stamps = np.arange(7 * HOUR, DAYS * DAY, 8 * HOUR)
    prices = np.array([price, *np.arange(99.5, 103.0, 0.25)])
    quantities = np.array([quantity, *np.full(len(prices) - 1, quantity / 60)])
    size = len(stamps) * len(prices)
    return ForcedOrders(
        np.repeat(stamps, len(prices)),
        np.full(size, Side.SHORT, dtype=np.int64),
        np.tile(prices, len(stamps)),
        np.tile(quantities, len(stamps)),
        at_least=False,
    )


def found(tellings: list[Telling], judged: JudgedMarket) -> list[Pair]:
    return list(paired(tellings, judged))


def test_quantities_are_minutes_of_the_weeks_volume_where_price_got_there() -> None:
    alerts = [alert(day) for day in range(4, DAYS)]
    pairs = found(alerts, market(orders_at(102.2, quantity=6.0)))
    own = {pair.own for pair in pairs}
    assert len(pairs) == len(alerts)
    (one,) = own
    assert one.came == one.touched == one.much == 1.0
    assert one.minutes == pytest.approx((6 + 3 * 0.1) / 2)  # 10 base in five minutes are 2 a minute
    assert one.reach_u == pytest.approx(np.log(103.02 / 101) / U)


def test_without_truth_only_price_is_judged() -> None:
    pairs = found([alert(day) for day in range(4, DAYS)], market(None))
    result = worth(pairs)
    assert result.came == 1.0
    assert np.isnan([result.minutes, result.null_minutes, result.lift.value, result.much]).all()


def test_levels_lie_outside_the_zones_of_their_moment() -> None:
    blocked = Zone("Z9", Side.SHORT, 90.0, 110.0, 100.0, 1.0, 50.0, 1.0, (1.0, 0.0, 0.0, 0.0), 0)
    assert found([alert(8)], market(None, (blocked,))) == []
    assert found([alert(8)], market(None, (replace(blocked, side=Side.LONG),))) != []


def test_an_alert_whose_hours_are_not_over_is_not_judged() -> None:
    assert found([alert(DAYS - 1, hour=21)], market(None)) == []


def test_more_in_the_alerts_stretch_than_in_the_levels_is_a_lift() -> None:
    alerts = [alert(day) for day in range(4, DAYS)]
    rich = worth(found(alerts, market(orders_at(102.2, 6.0))))
    poor = worth(found(alerts, market(orders_at(102.2, 0.1))))
    assert rich.alerts == len(alerts)
    assert rich.lift.value == pytest.approx(rich.minutes / rich.null_minutes)
    assert 1.0 < rich.lift.low <= rich.lift.value <= rich.lift.high
    assert rich.lift.value == pytest.approx(poor.lift.value)
    assert (rich.much, poor.much) == (1.0, 0.0)


def test_an_interval_knows_days_of_several_markets_apart() -> None:
    pairs = found([alert(day) for day in range(4, 12)], market(orders_at(102.2, 6.0)))
    twice = [*pairs, *(replace(pair, market="Y") for pair in pairs)]
    assert np.isnan(worth(pairs).came_gain.low)
    assert not np.isnan(worth(twice).came_gain.low)
