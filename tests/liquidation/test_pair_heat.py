"""A pair's heatmap is its venues' maps on reference prices, moment by moment."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from invented_candles import HOUR_MS, MINUTE_MS, START_MS, contract, walk

from bot.liquidation.heat_frame import MOST_CELLS, SPANS_MS, cells_around, column_ends
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.pair_heat import heat_of
from bot.liquidation.pair_model import PairModel
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.traded import candles_of, volume_by_price
from bot.liquidation.windows import DAY_MS, WINDOWS

SYMBOL = "BTC/USDT:USDT"
MINUTES = 14 * 60 + 7  # the newest column is a part of one
END_MS = START_MS + MINUTES * MINUTE_MS
HISTORIES = {"binance": walk(MINUTES, 7), "okx": walk(MINUTES, 8, price=60_300.0)}


@pytest.fixture(scope="module")
def model() -> PairModel:
    found = PairModel(SYMBOL)
    contracts = {venue: contract(venue) for venue in HISTORIES}
    found.advance(contracts, {venue: [one] for venue, one in HISTORIES.items()})
    return found


@pytest.fixture(scope="module")
def heat(model: PairModel) -> HeatHistory:
    return heat_of(model, model.map(), "12h")


def test_columns_end_at_full_spans_and_at_the_newest_candle(heat: HeatHistory) -> None:
    assert heat.stamp_ms[-1] == END_MS
    assert (heat.stamp_ms[:-1] % (10 * MINUTE_MS) == 0).all()
    assert (np.diff(heat.stamp_ms[:-1]) == heat.span_ms).all()
    assert heat.stamp_ms[0] - heat.span_ms <= END_MS - 12 * HOUR_MS < heat.stamp_ms[0]
    assert len(heat.stamp_ms) == heat.quantity.shape[2] == len(heat.candles)


@pytest.mark.parametrize("window", WINDOWS)
def test_every_window_has_about_as_many_columns_as_can_be_seen(window: str) -> None:
    ends = column_ends(window, START_MS + 11 * MINUTE_MS)
    assert 70 <= len(ends) <= 185
    assert all(later - earlier == SPANS_MS[window] for earlier, later in pairwise(ends[:-1].tolist()))


def test_the_last_column_is_the_present_map_on_reference_prices(model: PairModel, heat: HeatHistory) -> None:
    found = model.map()
    reach = {Side.LONG: heat.edges[0], Side.SHORT: heat.edges[-1]}
    for side in Side:
        seen = found.mass_to(side, float(reach[side]))
        assert heat.quantity[side, :, -1].sum() == pytest.approx(seen, rel=0.002)
    middle = np.sqrt(heat.edges[1:] * heat.edges[:-1])
    near = np.abs(np.log(middle / found.price)) < 3 * DISTANCE_BIN
    assert heat.quantity[Side.LONG, (middle > found.price) & ~near, -1].sum() == 0
    assert heat.quantity[Side.SHORT, (middle < found.price) & ~near, -1].sum() == 0


def test_each_venue_is_moved_onto_the_reference_price(model: PairModel) -> None:
    """Two prices half a percent apart: alone from its own price and together, the level is the same."""
    found = model.map()
    alone = [heat_of(model, found.only([venue]), "12h") for venue in HISTORIES]
    both = heat_of(model, found, "12h")
    position = np.log(found.price)
    for side in Side:
        summed = sum(np.interp(0.01, *_outward(one, side, position)) for one in alone)
        assert np.interp(0.01, *_outward(both, side, position)) == pytest.approx(summed, rel=0.01)


def _outward(heat: HeatHistory, side: Side, position: float) -> tuple[np.ndarray, np.ndarray]:
    """(log-distances of edges, what lies nearer) of the last column."""
    distance = side.sign * (np.log(heat.edges) - position)
    order = np.argsort(distance)
    quantity = heat.quantity[side, :, -1] if side is Side.SHORT else heat.quantity[side, ::-1, -1]
    return distance[order], np.concatenate([[0.0], np.cumsum(quantity)])


def test_what_price_swept_is_gone_from_then_on(model: PairModel, heat: HeatHistory) -> None:
    last = heat.stamp_ms.searchsorted(START_MS + 13 * HOUR_MS)
    low = heat.candles[last:, 2].min()
    dropped = (heat.edges[:-1] > low * (1 + 0.006)) & (heat.edges[:-1] < heat.candles[last, 3] * 0.99)
    assert heat.quantity[Side.LONG, dropped, -1].sum() == 0


def test_a_selection_is_a_part_of_the_whole(model: PairModel, heat: HeatHistory) -> None:
    found = model.map()
    fast = heat_of(model, found, "12h", Selection(leverage=frozenset({3})))
    rest = heat_of(model, found, "12h", Selection(leverage=frozenset({0, 1, 2})))
    np.testing.assert_allclose(fast.quantity + rest.quantity, heat.quantity, rtol=1e-9, atol=1e-9)
    longs = heat_of(model, found, "12h", Selection(side=Side.LONG))
    np.testing.assert_array_equal(longs.quantity[Side.LONG], heat.quantity[Side.LONG])
    assert longs.quantity[Side.SHORT].sum() == 0


def test_candles_are_those_of_the_largest_venue_on_reference_prices(
    model: PairModel, heat: HeatHistory
) -> None:
    found = model.map()
    largest = max(found.venues, key=lambda share: share.open_interest_base)
    ratio = found.price / largest.price
    history = HISTORIES[largest.venue]
    for column in (5, 30, -1):
        end = int(heat.stamp_ms[column])
        begin = end - heat.span_ms if column >= 0 else int(heat.stamp_ms[-2])
        inside = (history.end_ms > begin) & (history.end_ms <= end)
        opened, high, low, close = heat.candles[column] / ratio
        assert high == pytest.approx(history.high[inside].max())
        assert low == pytest.approx(history.low[inside].min())
        assert close == pytest.approx(history.close[inside][-1])
        assert opened == pytest.approx(history.open[inside][0])


def test_columns_before_anything_is_known_are_empty(model: PairModel) -> None:
    found = heat_of(model, model.map(), "24h")
    before = found.stamp_ms < found.known_from_ms
    assert before.sum() > 30
    assert found.quantity[:, :, before].sum() == 0
    assert (found.quantity[:, :, ~before].sum(axis=(0, 1)) > 0).all()
    assert np.isnan(found.candles[before][:-1]).all()


def test_prices_around_the_present_and_where_price_went_are_in_sight(heat: HeatHistory) -> None:
    assert heat.edges[0] <= np.nanmin(heat.candles[:, 2])
    assert heat.edges[-1] >= np.nanmax(heat.candles[:, 1])
    assert 100 <= len(heat.edges) - 1 <= MOST_CELLS


@pytest.mark.parametrize("window", WINDOWS)
def test_cells_are_many_and_cover_a_wide_past(window: str) -> None:
    calm, wide = (
        cells_around(window, 22_000.0, (21_990.0, 22_010.0), np.zeros(0)),
        cells_around(window, 22_000.0, (20_600.0, 22_100.0), np.zeros(0)),
    )
    for cells in (calm, wide):
        assert 100 <= cells.cells <= MOST_CELLS
        assert (np.diff(cells.edges) == cells.width).all()
    assert wide.edges[0] < 20_600.0 - 100
    assert wide.edges[-1] > 22_100.0


def test_volume_by_price_is_what_was_traded_in_usual_days() -> None:
    """Two rows of six hours: one at thrice the usual turnover, one usual after a gap of a day."""
    six, day = 6 * HOUR_MS, DAY_MS
    rows = np.zeros((2, 12))
    rows[0, [0, 1, 2, 3, 7]] = 0, six, 100.0, 110.0, (0.5 + 0.5 * 3) * 0.25
    rows[1, [0, 1, 2, 3, 7]] = six + day, 2 * six + day, 105.0, 115.0, 0.25 + 1.0
    found = volume_by_price(rows, np.array([95.0, 100.0, 105.0, 110.0, 115.0, 120.0]), 0)
    np.testing.assert_allclose(found, [0.0, 0.375, 0.375 + 0.125, 0.125, 0.0])
    later = volume_by_price(rows, np.array([95.0, 120.0]), six)
    np.testing.assert_allclose(later, [0.25])


def test_all_of_an_ordinary_day_is_about_one_day_of_volume(heat: HeatHistory) -> None:
    assert heat.volume.sum() == pytest.approx(0.5, rel=0.25)
    assert (heat.volume >= 0).all()


def test_columns_without_candles_are_nan() -> None:
    rows = np.zeros((1, 12))
    rows[0, :5] = 0, 60_000, 1.0, 3.0, 2.0
    found = candles_of(rows, np.array([60_000, 120_000]), 0)
    np.testing.assert_array_equal(found, [[2.0, 3.0, 1.0, 2.0], [np.nan] * 4])


def test_it_reaches_as_far_as_is_wanted(model: PairModel) -> None:
    found = model.map()
    near = heat_of(model, found, "12h")
    wanted = (found.price * 0.88, found.price * 1.11)
    far = heat_of(model, found, "12h", wanted=wanted)
    assert far.edges[0] < wanted[0] < near.edges[0]
    assert near.edges[-1] < wanted[1] < far.edges[-1]
