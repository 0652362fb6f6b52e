"""`heatmap` once, from a recording: what a chat would be shown, and the same bytes again."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import recorded_market
from recorded_market import MINUTE_MS, START_MS, write_feed, write_market

from bot.commands.draw import draw
from bot.commands.errors import CommandError
from bot.commands.heatmap import heatmap_once
from bot.commands.once import MapOutputs

HOURS = 14


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(recorded_market, "MINUTES", 60 * HOURS)
    folder = write_market(tmp_path / "recording")
    write_feed(folder)
    return folder


def told(recording: Path, words: str, tmp_path: Path) -> dict[str, Any]:
    target = tmp_path / "heat.json"
    heatmap_once(words, recording, None, MapOutputs(tmp_path / "heat.png", target))
    sheet: dict[str, Any] = json.loads(target.read_text())
    return sheet


def test_the_picture_is_drawn_again_from_its_json(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = told(recording, "X 12h light volume average contrast 5", tmp_path)
    assert (sheet["kind"], sheet["drawing"]["contrast"]) == ("heatmap", 5)
    stamps = sheet["drawn"]["stamp_ms"]
    assert len(stamps) == 72
    assert stamps[-1] == START_MS + 60 * HOURS * MINUTE_MS
    assert sheet["drawn"]["volume"]
    assert sheet["drawn"]["facts"]["handle"] == "liquidation-map-bot"
    again = draw(tmp_path / "heat.json", tmp_path / "again.png", full=False)
    assert again.read_bytes() == (tmp_path / "heat.png").read_bytes()
    assert "X/USDT · liquidation heatmap · 12h" in capsys.readouterr().out


def test_dots_are_what_the_recording_says_was_reported(recording: Path, tmp_path: Path) -> None:
    drawn = told(recording, "X 12h", tmp_path)["drawn"]
    path = recording / "binance" / "XUSDT" / "liquidations.csv.gz"
    header, *lines = gzip.decompress(path.read_bytes()).decode().split()
    rows = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
    begin_ms = START_MS + 60 * (HOURS - 12) * MINUTE_MS
    inside = [row for row in rows if int(row["timestamp_ms"]) >= begin_ms]
    sums = {
        side: sum(float(r["price"]) * float(r["quantity_base"]) for r in inside if r["side"] == side)
        for side in ("long", "short")
    }
    (heard,) = drawn["heard"]
    assert (heard["venue"], heard["is_lower_bound"]) == ("binance", True)
    assert (heard["longs"], heard["shorts"]) == pytest.approx((sums["long"], sums["short"]))
    assert {dot["stamp_ms"] for dot in drawn["dots"]} <= {int(row["timestamp_ms"]) for row in inside}


def test_one_side_alone(recording: Path, tmp_path: Path) -> None:
    drawn = told(recording, "X 12h shorts", tmp_path)["drawn"]
    assert (drawn["shows_longs"], drawn["shows_shorts"]) == (False, True)
    assert not any(map(any, drawn["longs"]))


def test_a_window_that_is_not_covered_is_refused_in_a_sentence(recording: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="12h"):
        told(recording, "X 7d", tmp_path)
