"""What is written as a recording reads back the same, and is served by the sandbox."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from market_stage import MINUTE, START

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.history import COLUMNS, History
from bot.liquidation.levels import trigger_of_bankruptcy
from bot.liquidation.listened import Stretches
from bot.liquidation.side import Side
from bot.market.forced_orders import ForcedOrder
from bot.market.recorded import RecordedVenue
from bot.market.recorded_table import RecordingError
from bot.market.recording import open_recording
from bot.market.recording_writer import MarketToRecord, write_recording
from bot.sandbox.market.recorded.source import RecordedSource

BTC = "BTC/USDT:USDT"
COUNT = 600
TIERS = (Tier(50_000.0, 50.0, 0.01), Tier(1e6, 20.0, 0.025))
BYBIT = Contract("bybit", "BTCUSDT", BTC, 0.1, TIERS)
OKX = Contract("okx", "BTC-USDT-SWAP", BTC, 0.1, TIERS, closing_fee=0.0005, caps_in_base=True)


def candles(span_ms: int = MINUTE) -> History:
    """With open interest every fifth candle and none in the first hour."""
    random = np.random.default_rng(4)
    close = 90_000 * np.exp(np.cumsum(random.normal(0, 0.0006, COUNT)))
    opened = np.r_[90_000.0, close[:-1]]
    start = START + span_ms * np.arange(COUNT, dtype=np.int64)
    held = np.where(np.arange(COUNT) % 5 == 4, 20_000 + random.normal(0, 20, COUNT), np.nan)
    held[:60] = np.nan
    high, low = np.maximum(opened, close), np.minimum(opened, close)
    return History(span_ms, start, opened, high, low, close, random.gamma(2.0, 1.0, COUNT), held)


def order(
    minute: float, price: float = 89_000.0, fill: bool = False, contract: Contract = BYBIT
) -> ForcedOrder:
    trigger = price if fill else float(trigger_of_bankruptcy(contract, Side.LONG, np.array([price]))[0])
    return ForcedOrder(BTC, START + round(minute * MINUTE), Side.LONG, price, trigger, 0.1 + 0.2)


def written(
    folder: Path,
    contract: Contract = BYBIT,
    orders: Sequence[ForcedOrder] = (),
    listened: Stretches = (),
    history: History | None = None,
) -> Path:
    write_recording(folder, [MarketToRecord(contract, 1.0, history or candles(), orders, listened)])
    return folder


@pytest.mark.parametrize("contract", [BYBIT, OKX])
def test_everything_reads_back_as_it_was(tmp_path: Path, contract: Contract) -> None:
    orders = [order(10, contract=contract), order(10.5, 88_000.0, fill=True), order(400, contract=contract)]
    recording = open_recording(written(tmp_path / "out", contract, orders))
    (found,) = recording.markets
    assert replace(found.contract, feed=contract.feed, tiers_from="") == contract
    history = recording.history(contract.venue, contract.market_id)
    for name in COLUMNS[:-2]:
        np.testing.assert_array_equal(getattr(history, name), getattr(candles(), name))
    told = history.liquidations
    assert told.stamp_ms.tolist() == [one.stamp_ms for one in orders]
    assert told.price.tolist() == [one.trigger_price for one in orders]
    assert told.quantity_base.tolist() == [one.quantity_base for one in orders]


def test_mark_ranges_read_back_where_they_are_known(tmp_path: Path) -> None:
    plain = candles()
    low, high = plain.low * 1.0001, plain.high * 0.9999 + 20
    low[:30] = high[:30] = np.nan
    folder = written(tmp_path, history=replace(plain, mark_low=low, mark_high=high))
    read = open_recording(folder).history("bybit", "BTCUSDT")
    np.testing.assert_array_equal(read.mark_low, low)
    np.testing.assert_array_equal(read.mark_high, high)


def test_the_takers_part_is_written_where_the_venue_says_it(tmp_path: Path) -> None:
    plain = candles()
    folder = written(tmp_path, history=replace(plain, taker_buy_base=plain.volume_base / 4))
    with gzip.open(folder / "bybit" / "BTCUSDT" / "candles_1m.csv.gz", "rt") as file:
        header, first, *_ = file.read().splitlines()
    assert header.endswith(",volume_base,taker_buy_base")
    volume, bought = map(float, first.split(",")[-2:])
    assert bought == volume / 4


def test_five_minutes_are_named_so(tmp_path: Path) -> None:
    folder = written(tmp_path, history=candles(5 * MINUTE))
    names = sorted(path.name for path in (folder / "bybit" / "BTCUSDT").iterdir())
    assert names == ["candles_5m.csv.gz", "open_interest_5m.csv.gz"]
    assert open_recording(folder).history("bybit", BTC).span_ms == 5 * MINUTE


async def test_a_hole_in_listening_is_read_back_as_a_hole(tmp_path: Path) -> None:
    stretches = ((START, START + 100 * MINUTE), (START + 200 * MINUTE, START + COUNT * MINUTE))
    folder = written(tmp_path, BYBIT, [order(10), order(250)], stretches)
    venue = RecordedVenue(open_recording(folder), "bybit", lambda: START + COUNT * MINUTE)
    parts = await venue.history(BTC, START, START + COUNT * MINUTE)
    begins = [part.liquidations.covered_from_ms for part in parts]
    assert [len(part) for part in parts] == [100, 100, 400]
    assert begins == [START, np.iinfo(np.int64).max, START + 200 * MINUTE]


def test_a_feed_that_was_silent_all_along_was_listened_to(tmp_path: Path) -> None:
    folder = written(tmp_path, listened=((START, START + COUNT * MINUTE),))
    recording = open_recording(folder)
    assert recording.listened(recording.markets[0].contract) == ((START, START + COUNT * MINUTE),)
    assert len(recording.history("bybit", BTC).liquidations) == 0


@pytest.mark.parametrize("wrong", ['[["x", 1]]', "[[2, 1]]", "[[1]]", "7"])
def test_stretches_that_make_no_sense_are_refused(tmp_path: Path, wrong: str) -> None:
    head = written(tmp_path) / "recording.json"
    head.write_text(head.read_text().replace('"listened": []', f'"listened": {wrong}'))
    with pytest.raises(RecordingError, match="listened is malformed"):
        open_recording(tmp_path)


def test_the_sandbox_serves_it(tmp_path: Path) -> None:
    orders = [order(10), order(10.5, 88_000.0, fill=True)]
    source = RecordedSource(written(tmp_path, BYBIT, orders))
    (listing,) = source.listings
    assert (listing.venue, listing.id) == ("bybit", "BTCUSDT")
    served = source.liquidations(listing, START, START + COUNT * MINUTE)
    np.testing.assert_allclose(served.trigger, [one.trigger_price for one in orders])
    assert source.end_ms == START + COUNT * MINUTE
