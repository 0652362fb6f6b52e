"""The default market moves enough for a first alert within two wall minutes, and stays believable."""

import numpy as np
import pytest

from bot.sandbox.market.clock import DAY_MS, MINUTE_MS
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.opening import INVENTED_START_MS

pytest_plugins = ("exchange_plugin",)

DEMO_SPEED = 120  # the default of the command line
TWO_WALL_MINUTES = 2 * DEMO_SPEED  # in market minutes
LEAST_RANGE = {"BTC": 0.03, "ETH": 0.03, "SOL": 0.03, "ZRX": 0.03}
LARGEST_JUMP = {"BTC": 0.004, "ETH": 0.005, "SOL": 0.006, "ZRX": 0.007}


@pytest.fixture(scope="module", params=[1, 8])
def lively(request: pytest.FixtureRequest) -> InventedSource:
    source = InventedSource(request.param, INVENTED_START_MS, 1.0)
    source.live_until(INVENTED_START_MS)
    return source


def _closes(source: InventedSource) -> list[tuple[Listing, np.ndarray[tuple[int], np.dtype[np.float64]]]]:
    return [
        (one, source.tape(one, INVENTED_START_MS).minutes.close)
        for one in source.listings
        if one.venue == "binance" and one.is_perpetual
    ]


def test_in_two_wall_minutes_of_the_demo_price_covers_three_percent(lively: InventedSource) -> None:
    for listing, close in _closes(lively):
        windows = np.lib.stride_tricks.sliding_window_view(np.log(close), TWO_WALL_MINUTES)
        ranges = windows.max(1) - windows.min(1)
        assert ranges.min() > LEAST_RANGE[listing.base], listing.base


def test_no_minute_jumps(lively: InventedSource) -> None:
    for listing, close in _closes(lively):
        jumps = np.abs(np.diff(np.log(close)))
        assert jumps.max() < LARGEST_JUMP[listing.base], listing.base


def test_price_stays_around_its_start(lively: InventedSource) -> None:
    for listing, close in _closes(lively):
        assert np.abs(np.log(close / close[0])).max() < 0.25, listing.base


def test_liquidation_clusters_lie_near_the_price_on_both_sides(lively: InventedSource) -> None:
    listing = lively.listings[0]
    price = float(lively.tape(listing, INVENTED_START_MS).minutes.close[-1])
    pool = lively.simulation.positions
    for row in (0, 1):
        distance = np.abs(np.abs(pool.key[row]) / price - 1)
        near = pool.lots[row][(distance > 0.005) & (distance < 0.08)].sum()
        assert near > 0.02 * pool.lots[row].sum()


def test_liquidations_are_frequent_but_most_people_survive_the_day(lively: InventedSource) -> None:
    listing = lively.listings[0]
    orders = lively.liquidations(listing, INVENTED_START_MS - DAY_MS, INVENTED_START_MS)
    usual = float(lively.tape(listing, INVENTED_START_MS).open_interest.value[-DAY_MS // MINUTE_MS :].mean())
    assert 0.02 < orders.quantity.sum() / usual / 2 < 0.6
