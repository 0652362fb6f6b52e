"""The figures of the scorer where the answer can be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.liquidation.history import History
from bot.liquidation.scoring.calibration import Calibration, log_slope
from bot.liquidation.scoring.crossed_buckets import CrossedBuckets
from bot.liquidation.scoring.map_line import MapLine
from bot.liquidation.scoring.plain_maps import plain_maps
from bot.liquidation.scoring.ranking import chance_ranked_above, rank_correlation, ranks
from bot.liquidation.scoring.scored_maps import BIN, BINS, ScoredMaps
from bot.liquidation.scoring.snapshots import Snapshots
from bot.liquidation.scoring.truth import BucketTotals, PricedQuantities, ScoredMarket
from bot.liquidation.scoring.visited_cells import VisitedCells
from bot.liquidation.side import Side

Floats = NDArray[np.float64]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def candles(low: Floats, high: Floats) -> History:
    """Minutes that open and close at 100."""
    flat, count = np.full(len(low), 100.0), len(low)
    start = MINUTE_MS * np.arange(count)
    return History(MINUTE_MS, start, flat, high, low, flat, np.ones(count), np.full(count, 10.0))


def maps_of(mass: Floats, *minutes: int) -> ScoredMaps:
    stamps = MINUTE_MS * np.array(minutes)
    band = np.full((len(minutes), 2, 2, BINS), np.nan)
    return ScoredMaps(stamps, np.full(len(minutes), 100.0), np.stack([mass] * len(minutes)), band)


def events(rows: Sequence[tuple[int, Side, float, float]]) -> PricedQuantities:
    """(minute, side, bins away from 100, quantity), in the middle of that bin."""
    minute, side, bins, quantity = (np.array(column) for column in zip(*rows, strict=True))
    price = 100 * np.exp(np.where(side == Side.LONG, -1, 1) * (bins + 0.5) * BIN)
    return PricedQuantities(minute * MINUTE_MS, side, price, quantity.astype(np.float64))


def positions_like(mass: Floats, minute: int) -> PricedQuantities:
    return events([(minute, side, at, mass[side, at]) for side in Side for at in range(BINS)])


@pytest.fixture
def uneven() -> Floats:
    return np.random.default_rng(3).gamma(0.5, 1.0, (2, BINS))


def test_equal_values_share_their_mean_rank() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0, 3.0])).tolist() == [4.0, 1.0, 4.0, 2.0, 4.0]


def test_rank_correlation_knows_order_alone() -> None:
    values = np.array([1.0, 5.0, 2.0, 8.0])
    assert rank_correlation(values, np.exp(values)) == pytest.approx(1.0)
    assert rank_correlation(values, -values) == pytest.approx(-1.0)
    assert math.isnan(rank_correlation(values, np.ones(4)))


def test_chance_of_ranking_the_top_tenth_above_the_rest() -> None:
    realised = np.r_[np.zeros(18), 5.0, 9.0]
    assert chance_ranked_above(np.arange(20.0), realised) == 1.0
    assert chance_ranked_above(-np.arange(20.0), realised) == 0.0
    assert chance_ranked_above(np.ones(20), realised) == 0.5
    assert math.isnan(chance_ranked_above(np.arange(20.0), np.zeros(20)))


def test_a_map_is_laid_on_the_scored_bins_by_overlap() -> None:
    edges = 100 * np.exp(np.arange(-300, 301) * BIN / 2 + BIN / 8)
    long = np.where(edges[1:] <= 100 * np.exp(BIN / 4), 1.0, 0.0)
    short = np.where(edges[:-1] > 100, 3.0, 0.0)
    laid = ScoredMaps.of([MapLine(0, 100.0, edges, (long, short))])
    assert laid.mass[0, Side.LONG] == pytest.approx(
        np.r_[2.25, np.full(BINS - 1, 2.0)]
    )  # price's own bin whole
    assert laid.mass[0, Side.SHORT, 1:] == pytest.approx(np.full(BINS - 1, 6.0))
    assert laid.mass[0, Side.SHORT, 0] == pytest.approx(3.0 * 2 * 7 / 8)
    assert laid.short_of_reach == 0


def test_the_truth_itself_is_a_perfect_map(uneven: Floats) -> None:
    maps = maps_of(uneven, 5)
    snapshots = Snapshots.of(maps, positions_like(uneven, 5))
    perfect = snapshots.score(maps.mass)
    assert perfect == pytest.approx({"spearman": 1.0, "nemd": 0.0, "recall3": 1.0, "mass_error": 0.0})
    assert snapshots.score(2 * maps.mass)["mass_error"] == pytest.approx(math.log(2))


def test_mass_one_bin_off_costs_a_hundredth_and_a_zone_far_off_is_not_found() -> None:
    true, near, far = (np.zeros((2, BINS)) for _ in range(3))
    true[:, 40] = near[:, 41] = far[:, 60] = 1.0
    snapshots = Snapshots.of(maps_of(true, 5), positions_like(true, 5))
    assert snapshots.score(near[None])["nemd"] == pytest.approx(1 / BINS)
    assert snapshots.score(far[None])["recall3"] == 0.0


def test_a_band_is_judged_bin_by_bin(uneven: Floats) -> None:
    snapshots = Snapshots.of(maps_of(uneven, 5), positions_like(uneven, 5))
    band = np.stack([uneven * 0.5, uneven * 1.5], axis=1)[None].copy()
    assert snapshots.coverage(band) == 1.0
    band[0, Side.LONG, 1, :50] = uneven[Side.LONG, :50] * 0.6
    assert snapshots.coverage(band) == 0.75
    assert snapshots.coverage(np.full_like(band, np.nan)) is None


def test_a_flat_map_gains_nothing_and_an_empty_bin_costs_a_factor_of_twenty() -> None:
    low, high = np.full(70, 100 * math.exp(-9.5 * BIN)), np.full(70, 100.0)
    maps = maps_of(np.ones((2, BINS)), 5)
    cells = VisitedCells.of(maps, candles(low, high), events([(6, Side.LONG, 2, 1.0)]), HOUR_MS)
    assert len(cells.bin) == 10
    assert cells.score(maps.mass)["r1"] == pytest.approx(0.0)
    right, wrong = (np.zeros((1, 2, BINS)) for _ in range(2))
    right[0, Side.LONG, 2] = wrong[0, Side.LONG, 3] = 1.0
    assert cells.score(right)["r1"] == pytest.approx(math.log(0.95 * 10 + 0.05))
    assert cells.score(wrong)["r1"] == pytest.approx(-math.log(20))


def test_a_liquidation_counts_once_in_its_own_horizon_and_outside_where_price_was_not() -> None:
    low, high = np.full(200, 100 * math.exp(-9.5 * BIN)), np.full(200, 100.0)
    maps = maps_of(np.ones((2, BINS)), 5, 30, 65)  # the second lies within the first one's hour
    rows = [(4, Side.LONG, 1, 9.0), (5, Side.LONG, 1, 1.0), (64, Side.LONG, 2, 1.0), (65, Side.LONG, 2, 1.0)]
    rows += [(70, Side.LONG, 50, 1.0), (125, Side.LONG, 1, 9.0)]
    cells = VisitedCells.of(maps, candles(low, high), events(rows), HOUR_MS)
    assert cells.windows == 2
    assert cells.count.sum() == 3
    assert cells.outside == 0.25
    assert set(cells.row.tolist()) == {0, 2}


def test_crossed_mass_counts_the_last_bin_in_part() -> None:
    low, high = np.full(70, 100 * math.exp(-2.5 * BIN)), np.full(70, 100.0)
    totals = BucketTotals("hourly", HOUR_MS, np.array([0, HOUR_MS]), np.array([[50.0, 0.0], [0.0, 0.0]]))
    mass = np.tile(np.arange(1.0, BINS + 1), (2, 1))
    maps = maps_of(mass, 0)
    buckets = CrossedBuckets.of(maps, candles(low, high), totals)
    assert buckets.crossed(maps.mass).tolist() == [[pytest.approx(1 + 2 + 1.5), 0.0]]
    assert buckets.quantity_base.tolist() == [[0.5, 0.0]]


def test_the_slope_of_a_square_is_two_and_without_contrast_there_is_none() -> None:
    predicted = np.repeat(np.arange(1.0, 11.0), 5)
    assert log_slope(predicted, predicted**2) == pytest.approx(2.0)
    assert math.isnan(log_slope(np.ones(50), predicted))


def test_calibration_groups_by_prediction() -> None:
    predicted = np.random.default_rng(1).permutation(np.arange(1.0, 101.0))
    table = Calibration.of("cells", predicted, 3 * predicted)
    assert table.predicted == pytest.approx(np.arange(5.5, 100, 10) / 50.5)
    assert table.realised == pytest.approx(table.predicted)
    assert table.factor == pytest.approx(3.0)


def test_levels_of_the_plain_maps_stay_until_price_crosses_them() -> None:
    low, high = np.full(8, 100.0), np.full(8, 100.0)
    low[5] = 97.5  # takes the longs at 99 and 98, 100x and 50x
    market = ScoredMarket(
        candles(low, high), np.full(8, 0.75), np.array([60_000, 240_000]), np.array([5.0, 9.0])
    )
    maps = maps_of(np.ones((2, BINS)), 5, 6)
    found = plain_maps(market, maps)
    volume, interest = found["volume"], found["interest"]
    assert volume[0, Side.LONG].sum() == pytest.approx(5 * 0.75 * 3 / 4)  # 10x lies beyond 10 % below
    assert volume[0, Side.SHORT].sum() == pytest.approx(5 * 0.25)
    assert interest[0].sum(axis=1) == pytest.approx([3.0, 4.0])
    assert interest[1, Side.LONG].sum() == pytest.approx(1.0)
    assert np.flatnonzero(interest[1, Side.LONG]).tolist() == [int(-math.log(1 - 1 / 25) / BIN)]
    assert (found["distance"] == maps.mass).all()
