"""`estimate`: maps of a recording as JSON lines."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from recorded_market import START_MS, at, write_feed, write_market

from bot.commands.errors import CommandError
from bot.commands.estimate import estimate


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write_market(tmp_path / "some market")


def maps(
    recording: Path, stamps: list[int] | str, exchange: str = "binance", symbol: str = "X/USDT:USDT"
) -> list[dict[str, Any]]:
    times, out = recording.parent / "times.txt", recording.parent / "maps.jsonl"
    times.write_text(stamps if isinstance(stamps, str) else "".join(f"{stamp}\n" for stamp in stamps))
    estimate(recording, exchange, symbol, times, out)
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_a_line_has_the_promised_fields_and_covers_ten_percent(recording: Path) -> None:
    (line,) = maps(recording, at(200))
    bounds = {f"{side}_{bound}_base" for side in ("long", "short") for bound in ("low", "high")}
    assert set(line) == {"timestamp_ms", "price", "edges", "long_base", "short_base", *bounds}
    for side in ("long", "short"):
        low, made, high = (np.array(line[f"{side}_{name}base"]) for name in ("low_", "", "high_"))
        assert (low <= made).all()
        assert (made <= high).all()
    assert line["timestamp_ms"] == at(200)[0]
    assert len(line["edges"]) == len(line["long_base"]) + 1 == len(line["short_base"]) + 1
    assert line["edges"][0] <= line["price"] * 0.90484
    assert line["edges"][-1] >= line["price"] * 1.10517


def test_longs_lie_below_the_price_and_shorts_above(recording: Path) -> None:
    (line,) = maps(recording, at(200))
    edges, price = np.array(line["edges"]), line["price"]
    longs, shorts = np.array(line["long_base"]), np.array(line["short_base"])
    assert longs[edges[:-1] >= price].sum() == 0
    assert shorts[edges[1:] <= price].sum() == 0
    assert longs.sum() > 0
    assert shorts.sum() > 0


def test_the_price_is_the_close_of_the_last_candle_that_ended(recording: Path) -> None:
    with gzip.open(recording / "binance" / "XUSDT" / "candles_1m.csv.gz", "rt") as lines:
        closes = [float(line.split(",")[4]) for line in lines.read().splitlines()[1:]]
    ended, half_a_minute_later = maps(recording, [at(200)[0], at(200)[0] + 30_000])
    assert ended["price"] == half_a_minute_later["price"] == closes[199]
    assert half_a_minute_later["timestamp_ms"] == at(200)[0] + 30_000


def test_the_market_id_names_the_market_as_well(recording: Path) -> None:
    assert maps(recording, at(100), symbol="XUSDT") == maps(recording, at(100))


def test_moments_come_out_ascending_once_each_and_blank_lines_do_not_count(recording: Path) -> None:
    early, late = at(100, 200)
    found = maps(recording, f"{late}\n\n  {early}\n{late}\n\n")
    assert [line["timestamp_ms"] for line in found] == [early, late]


def test_a_map_does_not_depend_on_which_others_are_asked_for(recording: Path) -> None:
    alone = maps(recording, at(250))[0]
    among = maps(recording, at(*range(10, 300, 7), 250))
    same = next(line for line in among if line["timestamp_ms"] == at(250)[0])
    for side in ("long_base", "short_base"):
        np.testing.assert_allclose(same[side], alone[side], rtol=1e-12, atol=1e-12)


def test_what_happens_later_changes_nothing(recording: Path) -> None:
    """Stamped T, open interest and marks are known at T; a candle or a liquidation is the future."""
    write_feed(recording)
    before = maps(recording, at(150))
    for path in (recording / "binance" / "XUSDT").iterdir():
        with gzip.open(path, "rt") as lines:
            header, *rows = lines.read().splitlines()
        known_at_once = path.name.startswith(("open_interest", "mark"))
        ended = [row for row in rows if int(row.split(",")[0]) < at(150)[0] + known_at_once]
        assert len(ended) < len(rows)
        with gzip.open(path, "wt") as lines:
            lines.write("\n".join([header, *ended]) + "\n")
    assert maps(recording, at(150)) == before


def test_neither_truth_nor_the_folders_name_matter(recording: Path) -> None:
    before = maps(recording, at(150))
    moved = recording.parent / "another name"
    shutil.copytree(recording, moved)
    (moved / "truth").mkdir()
    (moved / "truth" / "open_positions.csv.gz").write_bytes(b"not even a table")
    assert maps(moved, at(150)) == before


def test_a_moment_before_the_first_candle_ended_is_refused(recording: Path) -> None:
    with pytest.raises(CommandError, match="is before the first candle ended"):
        maps(recording, [START_MS + 59_999])


def test_a_moment_before_the_first_open_interest_is_refused(recording: Path) -> None:
    with pytest.raises(CommandError, match="before the first open interest of XUSDT"):
        maps(recording, at(3))


def test_a_market_without_open_interest_is_refused_by_name(recording: Path) -> None:
    with pytest.raises(CommandError, match="bybit XUSDT has no open interest"):
        maps(recording, at(100), exchange="bybit", symbol="XUSDT")


def test_an_unknown_market_is_refused_with_what_there_is(recording: Path) -> None:
    with pytest.raises(
        CommandError, match=r"no market Y/USDT:USDT of binance; it has binance XUSDT, bybit XUSDT"
    ):
        maps(recording, at(100), symbol="Y/USDT:USDT")


@pytest.mark.parametrize("line", ["soon", "1.5", "-1", "1e12", "١٢٣", "99999999999999999999"])
def test_a_malformed_moment_is_refused_with_its_line(recording: Path, line: str) -> None:
    with pytest.raises(CommandError, match=r"times.txt line 3"):
        maps(recording, f"{at(100)[0]}\n\n{line}\n")


def test_an_empty_list_of_moments_is_refused(recording: Path) -> None:
    with pytest.raises(CommandError, match="holds no moments"):
        maps(recording, "\n\n")


def test_missing_files_are_refused(recording: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        estimate(recording, "binance", "XUSDT", tmp_path / "none.txt", tmp_path / "out")
    with pytest.raises(CommandError, match=r"it has no recording\.json"):
        maps(recording.parent / "nowhere", at(100))


def test_nothing_is_written_when_something_is_refused(recording: Path) -> None:
    out = recording.parent / "maps.jsonl"
    out.write_text("kept")
    with pytest.raises(CommandError):
        maps(recording, [*at(100), START_MS])
    assert out.read_text() == "kept"


def test_an_output_that_cannot_be_written_is_refused(recording: Path, tmp_path: Path) -> None:
    times = tmp_path / "t"
    times.write_text(str(at(100)[0]))
    with pytest.raises(CommandError, match="cannot be written"):
        estimate(recording, "binance", "XUSDT", times, tmp_path / "no" / "folder")
