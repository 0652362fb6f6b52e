"""Coin-margined contracts of the invented market: their formula, their books, what ccxt makes of them."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from exchange_fixtures import Client

from bot.liquidation.levels import bankruptcy_price, liquidation_price
from bot.liquidation.side import Side
from bot.market.recording import open_recording
from bot.sandbox.market.clock import HOUR_MS, MINUTE_MS
from bot.sandbox.market.export import export_recording
from bot.sandbox.market.invented.coins import books
from bot.sandbox.market.invented.margin import MarginTables
from bot.sandbox.market.invented.simulation import Simulation
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market
from bot.sandbox.market.opening import INVENTED_START_MS
from bot.sandbox.market.recorded.source import RecordedSource

pytest_plugins = ("exchange_plugin",)

SYMBOL = "BTC/USD:BTC"
IDS = {"okx": "BTC-USD-SWAP", "bybit": "BTCUSD"}
CONTRACT = {"okx": 100, "bybit": 1}  # dollars
BOOKS = books(INVENTED_START_MS, INVENTED_START_MS)
ENTRY = 100_000.0


@pytest.fixture(scope="module")
def source() -> InventedSource:
    return InventedSource(2, INVENTED_START_MS, 0.55)


@pytest.fixture(scope="module")
def exported(source: InventedSource, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    export_recording(source, folder, INVENTED_START_MS)
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt") as lines:
        return list(csv.DictReader(lines))


def _listing(market: Market, venue: str) -> Listing:
    found = market.listing(venue, IDS[venue])
    assert found is not None
    return found


def _ends(venue: str, side: int, leverage: float, dollars: float) -> tuple[float, float]:
    """(liquidation, bankruptcy) of one position in the invented market."""
    listings = [book.listing for book in BOOKS if book.listing.inverse]
    place = [listing.venue for listing in listings].index(venue)
    shape = (len(listings), 2, 1)
    asked = [np.full(shape, value) for value in (ENTRY, leverage, dollars)]
    liquidation, bankruptcy = MarginTables(listings).ends(*asked)
    return float(liquidation[place, side, 0]), float(bankruptcy[place, side, 0])


@pytest.mark.parametrize(
    ("venue", "side", "leverage", "price"),
    [
        ("bybit", 0, 10, ENTRY * 1.005 / 1.1),
        ("bybit", 1, 10, ENTRY * 0.995 / 0.9),
        ("okx", 0, 10, ENTRY * 1.0045 / 1.1),
        ("okx", 1, 5, ENTRY * 0.9955 / 0.8),
        ("bybit", 1, 1, np.inf),  # all of the coin is there: it can never be lost
    ],
)
def test_a_small_position_is_liquidated_by_the_inverse_formula(
    venue: str, side: int, leverage: float, price: float
) -> None:
    assert _ends(venue, side, leverage, 5_000)[0] == pytest.approx(price)


@pytest.mark.parametrize("venue", IDS)
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("dollars", [90e3, 450e3, 3e6])
def test_large_positions_agree_with_the_estimators_own_formula(
    venue: str, side: int, dollars: float, exported: Path
) -> None:
    contract = open_recording(exported).contract(venue, SYMBOL)
    assert contract.inverse
    assert contract.caps_in_base == (venue == "bybit")
    of = (Side.LONG, Side.SHORT)[side]
    liquidation, bankruptcy = _ends(venue, side, 8, dollars)
    assert liquidation == pytest.approx(liquidation_price(contract, of, ENTRY, 8, dollars), rel=1e-9)
    assert bankruptcy == pytest.approx(bankruptcy_price(contract, of, ENTRY, 8), rel=1e-9)


def test_longs_shorts_and_open_interest_are_equal_in_whole_contracts() -> None:
    market = Simulation(3, BOOKS, INVENTED_START_MS // MINUTE_MS)
    inverse = np.flatnonzero([book.listing.inverse for book in BOOKS])
    for _ in range(200):
        minute, _ = market.live()
        sides = market.positions.totals().reshape(-1, 2)[inverse]
        assert sides[:, 0].tolist() == sides[:, 1].tolist() == minute.open_lots[inverse].tolist()
        assert (minute.open_lots[inverse] % 1 == 0).all()


def test_they_leave_the_price_and_the_other_contracts_as_they_were() -> None:
    linear = [book for book in BOOKS if not book.listing.inverse]
    alone, beside = (Simulation(5, some, INVENTED_START_MS // MINUTE_MS) for some in (linear, BOOKS))
    for _ in range(300):
        one, other = alone.live()[0], beside.live()[0]
        assert one.close.tolist() == other.close[: len(linear)].tolist()
        assert one.open_lots.tolist() == other.open_lots[: len(linear)].tolist()


@pytest.mark.parametrize("venue", IDS)
def test_every_exported_liquidation_keeps_the_first_tiers_distance_or_more(
    venue: str, exported: Path
) -> None:
    """Trigger and bankruptcy lie p (1 -+ m) apart, as the estimator turns one into the other."""
    contract = open_recording(exported).contract(venue, SYMBOL)
    feed = _rows(exported / venue / IDS[venue] / "liquidations.csv.gz")
    truth = {
        (row["timestamp_ms"], row["quantity_base"]): row
        for row in _rows(exported / "truth" / venue / IDS[venue] / "liquidations.csv.gz")
    }
    assert len(feed) > 5
    kept = []
    for row in feed:
        away = float(truth[row["timestamp_ms"], row["quantity_base"]]["price"]) / float(row["price"]) - 1
        kept.append(away if row["side"] == "long" else -away)
    least = contract.first_maintenance_rate + (0.0005 if venue == "okx" else 0.0)
    assert min(kept) == pytest.approx(least, rel=1e-6)
    assert max(kept) < 0.05


@pytest.mark.parametrize("venue", IDS)
def test_open_positions_of_the_truth_add_up_to_the_open_interest_in_dollars(
    venue: str, source: InventedSource, exported: Path
) -> None:
    """Each row's coins are worth its contracts at its own price; what lies further off is missing."""
    listing = next(one for one in source.listings if one.id == IDS[venue])
    tape = source.tape(listing, INVENTED_START_MS)
    rows = _rows(exported / "truth" / venue / listing.id / "open_positions.csv.gz")
    for stamp in {row["timestamp_ms"] for row in rows}:
        dollars = {"long": 0.0, "short": 0.0}
        for row in rows:
            if row["timestamp_ms"] == stamp:
                worth = float(row["price"]) * float(row["quantity_base"])
                assert worth / CONTRACT[venue] == pytest.approx(round(worth / CONTRACT[venue]), abs=1e-3)
                dollars[row["side"]] += worth
        held = tape.open_interest.latest(int(stamp))
        assert held is not None
        assert all(0.4 * held < side <= held * (1 + 1e-9) for side in dollars.values())


def test_a_played_export_counts_the_same_contracts(source: InventedSource, exported: Path) -> None:
    played = RecordedSource(exported)
    for venue, wanted in IDS.items():
        lived, again = (next(one for one in some.listings if one.id == wanted) for some in (source, played))
        assert (again.inverse, again.caps_in_base, again.lot_size) == (
            True,
            venue == "bybit",
            CONTRACT[venue],
        )
        before = source.tape(lived, INVENTED_START_MS).open_interest
        after = played.tape(again, INVENTED_START_MS).open_interest
        for stamp, dollars in zip(
            after.stamp_ms[1:-1:20].tolist(), after.value[1:-1:20].tolist(), strict=True
        ):
            assert dollars == pytest.approx(before.latest(stamp), rel=1e-9)


def test_only_caps_in_coins_are_marked_in_the_head(exported: Path) -> None:
    head = json.loads((exported / "recording.json").read_text())
    marked = [one["id"] for one in head["markets"] if "caps_in_base" in one]
    assert marked == ["BTCUSD"]


async def test_okx_lists_hundred_dollar_contracts_margined_in_coin(okx: Client, market: Market) -> None:
    listed = okx.market(SYMBOL)
    assert (listed["id"], listed["inverse"], listed["settle"]) == (IDS["okx"], True, "BTC")
    assert listed["contractSize"] == 100
    dollars = market.open_interest(_listing(market, "okx"))
    assert dollars is not None
    now = await okx.fetch_open_interest(SYMBOL)
    assert now["openInterestAmount"] * 100 == dollars
    assert now["openInterestAmount"] % 1 == 0
    price = market.last_price(_listing(market, "okx"))
    assert now["baseVolume"] == pytest.approx(dollars / price, rel=1e-7)
    tiers = await okx.fetch_market_leverage_tiers(SYMBOL)
    assert [tier["maxNotional"] for tier in tiers][:2] == [2_000, 10_000]  # contracts


async def test_okx_candles_count_contracts_and_coins(okx: Client) -> None:
    rows = (await okx.publicGetMarketCandles({"instId": IDS["okx"], "bar": "1m", "limit": "30"}))["data"]
    for row in rows[1:]:
        high, low, contracts, coins, dollars = (float(row[at]) for at in (2, 3, 5, 6, 7))
        assert contracts == pytest.approx(round(contracts), abs=1e-3)
        assert dollars == pytest.approx(contracts * 100, rel=1e-9)
        assert low <= dollars / coins <= high


async def test_bybit_counts_dollars_of_both_sides(bybit: Client, market: Market) -> None:
    listed = bybit.market(SYMBOL)
    assert (listed["id"], listed["inverse"], listed["contractSize"]) == (IDS["bybit"], True, 1)
    dollars = market.open_interest(_listing(market, "bybit"))
    asked = {"category": "inverse", "symbol": IDS["bybit"]}
    (ticker,) = (await bybit.publicGetV5MarketTickers(asked))["result"]["list"]
    assert dollars is not None
    assert float(ticker["singleOpenInterest"]) == dollars
    assert float(ticker["openInterest"]) == 2 * dollars
    assert float(ticker["openInterestValue"]) == pytest.approx(
        2 * dollars / float(ticker["markPrice"]), abs=0.01
    )
    assert float(ticker["volume24h"]) / float(ticker["turnover24h"]) == pytest.approx(
        float(ticker["lastPrice"]), rel=0.2
    )
    history = await bybit.fetch_open_interest_history(SYMBOL, "5m", limit=3)
    assert all(float(row["info"]["singleOpenInterest"]) % 1 == 0 for row in history)


async def test_bybit_candles_count_dollars_and_ccxt_reads_coins(bybit: Client) -> None:
    asked = {"category": "inverse", "symbol": IDS["bybit"], "interval": "1", "limit": 30}
    rows = (await bybit.publicGetV5MarketKline(asked))["result"]["list"]
    for row in rows[1:]:
        high, low, dollars, coins = (float(row[at]) for at in (2, 3, 5, 6))
        assert dollars == pytest.approx(round(dollars), abs=1e-3)
        assert low <= dollars / coins <= high
    candles = await bybit.fetch_ohlcv(SYMBOL, "1m", limit=30)
    assert candles[-2][5] == pytest.approx(float(rows[1][6]))


async def test_bybit_caps_its_tiers_in_coins(bybit: Client) -> None:
    asked = {"category": "inverse", "symbol": IDS["bybit"]}
    rows = (await bybit.publicGetV5MarketRiskLimit(asked))["result"]["list"]
    assert [float(row["riskLimitValue"]) for row in rows] == [2, 8, 40, 150]
    assert [row["mmDeduction"] for row in rows][:2] == ["", "0.01"]


@pytest.mark.parametrize("venue", IDS)
async def test_funding_and_mark_price_are_there(
    venue: str, okx: Client, bybit: Client, market: Market
) -> None:
    client = {"okx": okx, "bybit": bybit}[venue]
    rates = await client.fetch_funding_rate_history(SYMBOL, limit=2)
    assert [row["timestamp"] % (8 * HOUR_MS) for row in rates] == [0, 0]
    if venue == "okx":
        mark = (await okx.fetch_mark_price(SYMBOL))["markPrice"]
    else:
        mark = (await bybit.fetch_ticker(SYMBOL))["markPrice"]
    assert mark == pytest.approx(market.mark_price(_listing(market, venue)), abs=0.05)
    linear = next(one for one in market.listings(venue) if one.symbol == "BTC/USDT:USDT")
    assert mark == pytest.approx(market.mark_price(linear), rel=0.003)


def test_a_played_export_turns_bankruptcy_prices_into_triggers(exported: Path) -> None:
    played = RecordedSource(exported)
    listing = next(one for one in played.listings if one.id == IDS["bybit"])
    orders = played.liquidations(listing, 0, INVENTED_START_MS)
    truth = _rows(exported / "truth" / "bybit" / listing.id / "liquidations.csv.gz")
    lived = {int(row["timestamp_ms"]): float(row["price"]) for row in truth}
    away = np.abs(orders.trigger / [lived[stamp] for stamp in orders.stamp_ms.tolist()] - 1)
    assert np.median(away) < 1e-9  # larger positions are in a dearer tier, which a feed does not say
