"""What a recording tells beside candles and open interest: liquidations and mark prices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from stored_recording import CANDLES, INTEREST, store

from bot.liquidation.history import COLUMNS, History
from bot.liquidation.liquidations import Liquidations
from bot.liquidation.side import Side
from bot.market.recorded_table import RecordingError
from bot.market.recording import open_recording

HEADER = "timestamp_ms,side,price,quantity_base"
FEED = f"""{HEADER},price_kind
60000,long,9,1,fill
60000,short,11,2,bankruptcy
60000,long,9.5,3,bankruptcy
179999,short,10.8,4,fill
"""
MARKS = """timestamp_ms,mark_price
59000,10
118000,10.4
118500,10.6
180000,10.1
239000,10.2
300000,10
"""
MARGIN = 0.01


def read(folder: Path, files: Mapping[str, str], exchange: str = "okx") -> History:
    stored = store(folder, {"exchange": exchange}, others=files)
    return open_recording(stored).history(exchange, "XUSDT")


def fed(folder: Path, feed: str, exchange: str = "okx") -> Liquidations:
    return read(folder, {"liquidations": feed}, exchange).liquidations


def plain_feed(*stamps: int) -> str:
    return "\n".join([HEADER, *(f"{stamp},long,10,1" for stamp in stamps)]) + "\n"


def test_liquidations_come_with_the_side_of_the_position_and_the_price_that_set_them_off(
    tmp_path: Path,
) -> None:
    found = fed(tmp_path, FEED)
    assert found.stamp_ms.tolist() == [60_000, 60_000, 60_000, 179_999]
    assert found.side.tolist() == [Side.LONG, Side.SHORT, Side.LONG, Side.SHORT]
    np.testing.assert_allclose(found.price, [9, 11 / (1 + MARGIN), 9.5 / (1 - MARGIN), 10.8])
    assert found.quantity_base.tolist() == [1, 2, 3, 4]
    assert found.covered_from_ms == 60_000


def test_a_price_of_no_kind_is_the_fill(tmp_path: Path) -> None:
    assert fed(tmp_path, plain_feed(60_000)).price.tolist() == [10]


def test_only_what_falls_into_a_candle_is_kept(tmp_path: Path) -> None:
    inside = [60_000, 119_999, 120_000, 179_999, 240_000, 299_999]
    outside = [59_999, 180_000, 239_999, 300_000]
    assert fed(tmp_path, plain_feed(*sorted(inside + outside))).stamp_ms.tolist() == inside


def test_without_a_file_or_with_an_empty_one_nobody_listened(tmp_path: Path) -> None:
    for found in (read(tmp_path / "none", {}).liquidations, fed(tmp_path / "empty", HEADER + "\n")):
        assert len(found) == 0
        assert found.covered_from_ms > 1e18


def test_somebody_listened_from_the_candle_of_the_first_one_on(tmp_path: Path) -> None:
    assert fed(tmp_path, plain_feed(130_000, 240_000)).covered_from_ms == 120_000


def test_what_binance_leaves_out_is_made_up_for_minute_by_minute(tmp_path: Path) -> None:
    stamps = [60_000, 61_000, 62_000, 120_000]
    three, one = -20 * math.log1p(-3 / 60), -60 * math.log1p(-1 / 60)
    made_up = fed(tmp_path / "binance", plain_feed(*stamps), "binance").quantity_base
    np.testing.assert_allclose(made_up, [three, three, three, one])
    assert fed(tmp_path / "bybit", plain_feed(*stamps), "bybit").quantity_base.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("60000,long,9,", "60000,sell,9,", r"line 2: side 'sell' is neither long nor short"),
        ("short,11,2", "short,0,2", r"line 3: price is not positive"),
        ("short,11,2", "short,inf,2", r"line 3: price is not finite"),
        ("short,11,2", "short,11,0", r"line 3: quantity_base is not positive"),
        ("short,11,2", "short,11,-2", r"line 3: quantity_base is not positive"),
        ("short,11,2", "short,11,nan", r"line 3: quantity_base is not finite"),
        ("179999", "59999", r"line 5: timestamp_ms is out of order"),
        ("4,fill", "4,guess", r"line 5: price_kind 'guess' is neither fill nor bankruptcy"),
        ("quantity_base", "quantity", r"has no column quantity_base"),
    ],
)
def test_a_malformed_liquidation_is_refused_by_file_line_and_field(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in FEED
    with pytest.raises(RecordingError, match=rf"okx/XUSDT/liquidations.csv.gz {message}"):
        fed(tmp_path, FEED.replace(old, new, 1))


def test_the_mark_spans_what_it_is_at_a_candles_start_and_end(tmp_path: Path) -> None:
    """59000 counts for 60000, 118500 (not 118000) for 120000; the third candle starts at 239000's."""
    history = read(tmp_path, {"mark_1m": MARKS})
    assert history.mark_low is not None
    assert history.mark_high is not None
    np.testing.assert_array_equal(history.mark_low, [10, 10.1, 10])
    np.testing.assert_array_equal(history.mark_high, [10.6, 10.6, 10.2])


@pytest.mark.parametrize(
    ("missing", "known"),
    [
        ("59000,10\n", [False, True, True]),
        ("180000,10.1\n", [True, False, True]),
        ("239000,10.2\n", [True, True, False]),  # the one of 180000 is too old to start with
        ("300000,10\n", [True, True, False]),
    ],
)
def test_the_mark_is_unknown_where_it_lacks_a_start_or_an_end(
    tmp_path: Path, missing: str, known: list[bool]
) -> None:
    assert missing in MARKS
    history = read(tmp_path, {"mark_1m": MARKS.replace(missing, "")})
    for column in (history.mark_low, history.mark_high):
        assert column is not None
        np.testing.assert_array_equal(np.isfinite(column), known)


def test_marks_that_are_too_coarse_are_left_out(tmp_path: Path) -> None:
    rare = read(tmp_path / "rare", {"mark_5m": MARKS})
    folder = store(tmp_path / "long", others={"mark_1m": MARKS})
    candles = folder / "binance" / "XUSDT" / "candles_1m.csv.gz"
    candles.rename(candles.with_name("candles_5m.csv.gz"))
    for history in (rare, open_recording(folder).history("binance", "XUSDT")):
        assert history.mark_low is None
        assert history.mark_high is None


@pytest.mark.parametrize(
    ("new", "message"), [("0", "is not positive"), ("-1", "is not positive"), ("nan", "is not finite")]
)
def test_a_malformed_mark_is_refused_by_file_line_and_field(tmp_path: Path, new: str, message: str) -> None:
    with pytest.raises(RecordingError, match=rf"mark_1m.csv.gz line 3: mark_price {message}"):
        read(tmp_path, {"mark_1m": MARKS.replace("10.4", new, 1)})


@pytest.mark.parametrize("now", [120_000, 180_000])
@pytest.mark.parametrize("exchange", ["binance", "okx"])
def test_a_recording_that_ends_sooner_tells_the_same_up_to_there(
    tmp_path: Path, exchange: str, now: int
) -> None:
    feed = FEED + plain_feed(180_000, 240_000).removeprefix(f"{HEADER}\n").replace(",1\n", ",1,fill\n")
    whole = store(tmp_path / "whole", {"exchange": exchange}, others={"liquidations": feed, "mark_1m": MARKS})
    ended = store(
        tmp_path / "ended",
        {"exchange": exchange},
        candles=known(CANDLES, now - 1),
        interest=known(INTEREST, now),
        others={"liquidations": known(feed, now - 1), "mark_1m": known(MARKS, now)},
    )
    found = open_recording(ended).history(exchange, "XUSDT")
    expected = open_recording(whole).history(exchange, "XUSDT").until(now)
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)
    for field in fields(Liquidations):
        told = getattr(found.liquidations, field.name)
        np.testing.assert_array_equal(told, getattr(expected.liquidations, field.name), err_msg=field.name)


def known(text: str, last_ms: int) -> str:
    header, *rows = text.splitlines()
    return "\n".join([header, *(row for row in rows if int(row.split(",")[0]) <= last_ms)]) + "\n"
