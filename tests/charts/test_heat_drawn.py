"""What a heatmap is drawn from: the numbers, before any pixel."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from awkward_maps import AWKWARD, high_leverage_shorts, usual
from drawn_maps import bins_of, made_zone
from made_heat import made_heat, made_orders

from bot.charts.bar_map.price_bars import price_bars
from bot.charts.heatmap.drawn import AVERAGED, DARK_PERCENTILES, HeatDrawn, heat_drawn
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.reported_orders import MOST_ORDERS
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import mass_in
from bot.look import MOST_CONTRAST, Drawing, Overlay, Stack

USUAL = Drawing()
cases = pytest.mark.parametrize("name", [name for name in AWKWARD if name != "without venues"])


def drawn_of(
    shown: Snapshot, history: HeatHistory | None = None, drawing: Drawing = USUAL, orders: int = 60
) -> HeatDrawn:
    told = made_heat(shown) if history is None else history
    return heat_drawn(shown, told, made_orders(shown, told, orders), drawing, "@maps_bot")


@cases
def test_what_is_open_now_is_the_map(name: str) -> None:
    shown = AWKWARD[name]()
    drawn = drawn_of(shown)
    for side in Side:
        for value, ends in zip(drawn.open_now(side), pairwise(drawn.edges), strict=True):
            held = bins_of(shown.found, side, *ends) * shown.found.price
            assert value == pytest.approx(held, rel=6e-4)


def test_its_rows_are_the_bars_of_the_map_where_both_have_the_same_prices() -> None:
    shown = usual()
    drawn = drawn_of(shown)
    bars = price_bars(shown.found, 0.03, Stack.TIER, shown.tick_size)
    low, high = bars.edges[10], bars.edges[-10]
    for side in Side:
        inside = slice(10, -9)
        told = bars.totals[side][inside].sum() * shown.found.price
        edges = np.array(drawn.edges)
        cumulative = np.append(0.0, np.cumsum(drawn.open_now(side)))
        rows = float(np.diff(np.interp([low, high], edges, cumulative))[0])
        assert rows == pytest.approx(told, rel=0.1)


@pytest.mark.parametrize("seed", range(4))
def test_longs_lie_below_the_close_of_their_column_and_shorts_above(seed: int) -> None:
    shown = usual()
    history = made_heat(shown, seed=seed)
    drawn = drawn_of(shown, history)
    close, edges = history.candles[:, 3], np.array(drawn.edges)
    assert not np.array(drawn.longs)[edges[:-1, None] >= close].any()
    assert not np.array(drawn.shorts)[edges[1:, None] <= close].any()


def test_heat_in_the_cell_of_the_close_stays_on_its_side() -> None:
    """A cell is a few rows high in a long window; none of its heat may leak over the price."""
    shown = usual()
    fine = made_heat(shown)
    cells = np.arange(0, len(fine.edges), 9)
    coarse = np.add.reduceat(fine.quantity[:, : cells[-1]], cells[:-1], axis=1)
    history = replace(fine, edges=fine.edges[cells], quantity=coarse, volume=np.ones(len(cells) - 1))
    drawn = drawn_of(shown, history)
    close, edges = history.candles[:, 3], np.array(drawn.edges)
    assert np.array(drawn.longs)[edges[1:, None] <= close].any()
    assert not np.array(drawn.longs)[edges[:-1, None] >= close].any()
    assert not np.array(drawn.shorts)[edges[1:, None] <= close].any()


def test_what_price_crossed_since_the_last_column_is_not_open_now() -> None:
    shown = usual()
    history = made_heat(shown)
    higher = replace(shown, found=replace(shown.found, price=shown.found.price * 1.01))
    drawn = drawn_of(higher, history)
    edges = np.array(drawn.edges)
    assert not np.array(drawn.open_now(Side.SHORT))[edges[1:] <= higher.found.price].any()
    before = np.array(drawn_of(shown, history).open_now(Side.SHORT))
    assert before[(edges[1:] <= higher.found.price) & (edges[:-1] > shown.found.price)].all()


@pytest.mark.parametrize("seed", range(4))
def test_a_streak_that_was_swept_ends(seed: int) -> None:
    shown = usual()
    history = made_heat(shown, seed=seed, volatility=0.008)
    drawn = drawn_of(shown, history)
    assert drawn.swept
    edges, cells = np.array(drawn.edges), drawn.cells
    for streak in drawn.swept:
        column = drawn.stamp_ms.index(streak.end_ms)
        rows = (edges[:-1] >= streak.low) & (edges[1:] <= streak.high)
        before, after = cells[rows, column], cells[rows, column + 1]
        assert before.min() >= drawn.dark
        assert (after <= 0.5 * before).all()
        high, low = history.candles[column + 1, 1:3]
        assert low < streak.high
        assert streak.low < high
        assert streak.amount == pytest.approx((before - after).sum())


@cases
@pytest.mark.parametrize("window", ["12h", "30d", "1y"])
def test_the_price_is_inside_its_axis(name: str, window: str) -> None:
    shown = AWKWARD[name]()
    drawn = drawn_of(shown, made_heat(shown, window))
    assert drawn.edges[0] < drawn.price < drawn.edges[-1]
    assert 40 <= len(drawn.edges) <= 93
    assert drawn.facts.window == window


def test_more_contrast_is_darker_everywhere() -> None:
    shown = usual()
    history = made_heat(shown)
    levels = [
        drawn_of(shown, history, Drawing(contrast=contrast)).levels()
        for contrast in range(1, MOST_CONTRAST + 1)
    ]
    for less, more in pairwise(levels):
        assert (more <= less).all()
        assert more.sum() < less.sum()
        assert less.max() == more.max() == 1.0
    dark = [float((one == 0).mean()) for one in levels]
    assert dark == pytest.approx([percentile / 100 for percentile in DARK_PERCENTILES], abs=0.12)


def test_nothing_open_is_dark_and_untagged() -> None:
    drawn = drawn_of(AWKWARD["empty"]())
    assert not drawn.levels().any()
    assert (drawn.most, drawn.tags, drawn.swept) == (0.0, (), ())


def test_what_is_not_known_does_not_count() -> None:
    shown = usual()
    drawn = drawn_of(shown, made_heat(shown, unknown=30))
    assert drawn.unknown == 30
    whole = drawn_of(shown, made_heat(shown))
    assert not drawn.cells[:, :30].any()
    np.testing.assert_array_equal(drawn.cells[:, 30:], whole.cells[:, 30:])


def test_the_brightest_rows_are_told_with_their_zone_or_by_themselves() -> None:
    shown = usual()
    drawn = drawn_of(shown)
    by_id = {zone.id: zone for zone in shown.zones}
    assert len(drawn.tags) == 3
    amounts = np.add(drawn.open_now(Side.LONG), drawn.open_now(Side.SHORT))
    brightest = int(amounts.argmax())
    assert drawn.tags[0].low <= drawn.edges[brightest + 1]
    assert drawn.edges[brightest] <= drawn.tags[0].high
    assert any(tag.zone for tag in drawn.tags)
    for tag in drawn.tags:
        assert tag.distance * tag.side.sign >= 0
        if tag.zone:
            zone = by_id[tag.zone]
            held = mass_in(shown.found, zone) * zone.peak  # what captions say
            assert (tag.low, tag.high) == (zone.low, zone.high)
            assert tag.amount == pytest.approx(held)


def test_a_zone_is_told_once() -> None:
    shown = AWKWARD["eight zones"]()
    names = [tag.zone for tag in drawn_of(shown).tags if tag.zone]
    assert len(names) == len(set(names))


def test_one_side_alone_has_heat_and_dots_of_that_side() -> None:
    drawn = drawn_of(high_leverage_shorts())
    assert not any(map(any, drawn.longs))
    assert (drawn.shows_longs, drawn.shows_shorts) == (False, True)
    assert {dot.side for dot in drawn.dots} == {Side.SHORT}


def test_dots_are_the_orders_that_the_picture_has_room_for() -> None:
    shown = usual()
    history = made_heat(shown)
    reported = made_orders(shown, history, MOST_ORDERS)
    late = replace(reported.largest[0], stamp_ms=int(history.stamp_ms[-1]) + 1)
    far = replace(reported.largest[0], price=shown.found.price * 2)
    orders = replace(reported, largest=(late, far, *reported.largest))
    drawn = heat_drawn(shown, history, orders, USUAL)
    assert len(drawn.dots) == MOST_ORDERS
    assert [dot.amount for dot in drawn.dots] == [order.amount for order in reported.largest]


def test_who_was_heard_and_whether_that_is_all() -> None:
    drawn = drawn_of(usual())
    told = {one.venue: (one.is_lower_bound, one.longs, one.shorts) for one in drawn.heard}
    assert told == {"binance": (True, 1.2e7, 3.4e6), "okx": (True, 8.1e5, 0.0)}
    assert drawn.heard[1].heard_from_ms > drawn.begin_ms


def test_overlays_are_there_when_they_are_asked_for() -> None:
    shown = usual()
    history = made_heat(shown)
    plain, both = (drawn_of(shown, history, Drawing(overlays=asked)) for asked in (frozenset(), ALL))
    assert (plain.volume, plain.average) == ((), ())
    assert max(both.volume) == 1.0
    assert both.average[: AVERAGED - 1] == (None,) * (AVERAGED - 1)
    assert both.average[-1] == pytest.approx(history.candles[-AVERAGED:, 3].mean())


ALL = frozenset(Overlay)


def test_an_average_needs_all_its_closes() -> None:
    shown = usual()
    history = made_heat(shown)
    orders = made_orders(shown, history)
    history.candles[50] = np.nan
    average = heat_drawn(shown, history, orders, Drawing(overlays=ALL)).average
    assert [value is None for value in average[49 : 50 + AVERAGED + 1]] == [False, *[True] * AVERAGED, False]


def test_candles_together_are_one_candle() -> None:
    shown = usual()
    history = made_heat(shown)
    drawn = drawn_of(shown, history)
    assert len(drawn.candles) == 48
    first = drawn.candles[0]
    both = history.candles[:2]
    assert (first.first, first.last) == (0, 1)
    assert (first.open, first.high, first.low, first.close) == (
        both[0, 0],
        both[:, 1].max(),
        both[:, 2].min(),
        both[1, 3],
    )


def test_a_candle_that_is_not_known_is_left_out() -> None:
    shown = usual()
    history = made_heat(shown)
    orders = made_orders(shown, history)
    history.candles[:10] = np.nan
    assert heat_drawn(shown, history, orders, USUAL).candles[0].first == 10


def test_a_venue_that_does_not_cover_the_window_is_missing() -> None:
    shown = usual()
    drawn = drawn_of(shown, replace(made_heat(shown), venues=("binance", "okx")))
    assert [one.venue for one in drawn.facts.venues] == ["binance", "okx"]
    assert drawn.facts.missing == ("bybit",)


@pytest.mark.parametrize(("changes", "reason"), [
    ({"edges": (1.0, 2.0)}, "price is outside"),
    ({"edges": (2.0, 1.0)}, "do not ascend"),
    ({"stamp_ms": ()}, "columns do not ascend"),
    ({"longs": ()}, "a cell for every row"),
    ({"volume": (1.0,)}, "overlay"),
])  # fmt: skip
def test_numbers_that_are_no_heatmap_are_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(drawn_of(usual()), **changes)  # type: ignore[arg-type]


def test_a_zone_that_is_higher_than_the_heatmap_is_told_whole() -> None:
    shown = usual()
    zone = made_zone(shown.found, Side.SHORT, 0.02, 0.2, "Z9")
    history = made_heat(shown)
    history.quantity[Side.SHORT, -9:, -1] += 5 * history.quantity.max()
    assert zone.far_edge > history.edges[-1]
    tag = drawn_of(replace(shown, zones=(zone,)), history).tags[0]
    assert (tag.zone, tag.high) == ("Z9", zone.high)
    assert tag.amount == pytest.approx(mass_in(shown.found, zone) * zone.peak)


def test_no_tag_is_near_another() -> None:
    for name in ("usual", "eight zones", "tiny price", "high leverage shorts"):
        drawn = drawn_of(AWKWARD[name]())
        step = drawn.edges[1] - drawn.edges[0]
        for one, other in combinations(drawn.tags, 2):
            assert max(one.low - other.high, other.low - one.high) >= 3.9 * step
