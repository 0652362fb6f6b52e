"""The invented market keeps its books and liquidates whom price reaches."""

import numpy as np
import pytest

from bot.sandbox.market.clock import DAY_MS, MINUTE_MS
from bot.sandbox.market.invented.coins import books, quarterly_expiry
from bot.sandbox.market.invented.margin import OKX_CLOSING_FEE, MarginTables
from bot.sandbox.market.invented.simulation import Simulation, mark_range
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.liquidations import LONG

pytest_plugins = ("exchange_plugin",)

START_MS = 1_791_158_400_000
END_MS = START_MS + 260 * MINUTE_MS
BOOKS = books(START_MS, START_MS)


def test_longs_shorts_and_open_interest_are_equal_at_every_minute() -> None:
    market = Simulation(3, BOOKS, START_MS // MINUTE_MS)
    for _ in range(400):
        minute, _ = market.live()
        sides = market.positions.totals().reshape(-1, 2)
        assert sides[:, 0].tolist() == sides[:, 1].tolist() == minute.open_lots.tolist()
    assert (minute.open_lots > 0).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_longs_go_only_when_price_falls_to_them_and_shorts_when_it_rises(seed: int) -> None:
    market = Simulation(seed, BOOKS, START_MS // MINUTE_MS)
    long_count = short_count = 0
    for _ in range(600):
        minute, reached = market.live()
        high, low = mark_range(minute.open, minute.high, minute.low, minute.close)
        contract = reached.row // 2
        longs = reached.row % 2 == LONG
        assert (reached.trigger[longs] < minute.open[contract[longs]]).all()
        assert (reached.trigger[longs] >= low[contract[longs]]).all()
        assert (reached.trigger[~longs] > minute.open[contract[~longs]]).all()
        assert (reached.trigger[~longs] <= high[contract[~longs]]).all()
        long_count, short_count = long_count + int(longs.sum()), short_count + int((~longs).sum())
    assert long_count > 100
    assert short_count > 100


def test_nobody_stays_open_whom_price_has_passed() -> None:
    market = Simulation(4, BOOKS, START_MS // MINUTE_MS)
    for _ in range(300):
        minute, _ = market.live()
        high, low = mark_range(minute.open, minute.high, minute.low, minute.close)
        key = market.positions.key.reshape(len(BOOKS), 2, -1)
        assert (key[:, 0] < minute.close[:, None]).all()
        assert (-key[:, 1][key[:, 1] > -np.inf] > 0).all()
        assert low.min() > 0
        assert (-key[:, 1] > minute.close[:, None]).all()
        assert (high >= low).all()


def test_the_same_seed_gives_the_same_market_however_it_is_asked() -> None:
    one = InventedSource(7, START_MS, 0.05)
    other = InventedSource(7, START_MS, 0.05)
    one.live_until(END_MS)
    for minute in range(-60, 261, 37):
        other.live_until(START_MS + minute * MINUTE_MS)
    other.live_until(END_MS)
    for listing in one.listings:
        left = one.tape(listing, END_MS)
        right = other.tape(listing, END_MS)
        assert left.minutes.close.tolist() == right.minutes.close.tolist()
        assert left.minutes.volume.tolist() == right.minutes.volume.tolist()
        assert left.open_interest.value.tolist() == right.open_interest.value.tolist()


def test_another_seed_gives_another_price() -> None:
    prices = set()
    for seed in (1, 2):
        source = InventedSource(seed, START_MS, 0.01)
        prices.add(float(source.tape(source.listings[0], START_MS).minutes.close[-1]))
    assert len(prices) == 2
    assert all(80_000 < price < 115_000 for price in prices)


def test_venues_differ_in_price_open_interest_and_traders(invented: InventedSource) -> None:
    of = {one.listing.venue: one.listing for one in invented.books if one.listing.symbol == "BTC/USDT:USDT"}
    tapes = {venue: invented.tape(listing, invented.first_ms + DAY_MS // 2) for venue, listing in of.items()}
    closes = np.stack([tape.minutes.close for tape in tapes.values()])
    spread = closes.max(0) / closes.min(0) - 1
    assert 0 < spread.mean() < 0.003
    interest = [float(tape.open_interest.value[-1]) for tape in tapes.values()]
    assert interest[0] > interest[2] > interest[1]


def test_a_quarterly_expiry_is_a_friday_at_eight() -> None:
    assert quarterly_expiry(START_MS) == 1_798_185_600_000  # 2026-12-25 08:00
    assert quarterly_expiry(1_798_185_600_000 - 13 * DAY_MS) == 1_806_048_000_000  # 2027-03-26 08:00


def _liquidated_at(venue: str, side: int, leverage: float, quantity: float) -> float:
    listings = [book.listing for book in BOOKS if book.listing.symbol == "BTC/USDT:USDT"]
    tables = MarginTables(listings)
    place = [listing.venue for listing in listings].index(venue)
    shape = (len(listings), 2, 1)
    prices, _ = tables.ends(np.full(shape, 100_000.0), np.full(shape, leverage), np.full(shape, quantity))
    return float(prices[place, side, 0])


@pytest.mark.parametrize(
    ("venue", "side", "leverage", "quantity", "price"),
    [
        ("binance", 0, 10, 1.0, 100_000 * 0.9 / 0.996),
        ("binance", 1, 10, 1.0, 100_000 * 1.1 / 1.004),
        ("binance", 0, 10, 7.0, (100_000 * 0.9 - 300 / 7.0) / 0.995),
        ("okx", 0, 10, 1.0, 100_000 * 0.9 / (1 - 0.004 - OKX_CLOSING_FEE)),
        ("okx", 1, 10, 5.0, 100_000 * 1.1 / (1 + 0.005 + OKX_CLOSING_FEE)),
        ("bybit", 0, 10, 6.0, (100_000 * 0.9 - 450 / 6.0) / 0.995),
    ],
)
def test_liquidation_prices_follow_the_venues_formulas(
    venue: str, side: int, leverage: float, quantity: float, price: float
) -> None:
    assert _liquidated_at(venue, side, leverage, quantity) == pytest.approx(price)


def test_a_large_position_may_not_take_the_highest_leverage() -> None:
    tables = MarginTables([book.listing for book in BOOKS])
    shape = (len(BOOKS), 2, 1)
    allowed = tables.allowed(np.full(shape, 125.0), np.full(shape, 5e6))
    assert allowed[0, 0, 0] == 50
    assert (allowed <= 125).all()
