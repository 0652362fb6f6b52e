"""`compare` and `evolution` once, from a recording: what a chat would be shown, and the same bytes again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from recorded_market import write_market

from bot.commands.draw import draw
from bot.commands.errors import CommandError
from bot.commands.once import MapOutputs
from bot.commands.several_maps import From, compare_once, evolution_once


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two venues with the same open interest."""
    folder = write_market(tmp_path / "recording")
    name = "XUSDT/open_interest_5m.csv.gz"
    shutil.copy(folder / "binance" / name, folder / "bybit" / name)
    return folder


def outputs(tmp_path: Path) -> MapOutputs:
    return MapOutputs(tmp_path / "drawn.png", tmp_path / "drawn.json")


def test_two_venues_are_compared_and_drawn_again(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compare_once("X light", From(recording, None), outputs(tmp_path))
    sheet = json.loads((tmp_path / "drawn.json").read_text())
    assert (sheet["kind"], sheet["drawing"]["look"]["theme"]) == ("compare", "light")
    panels = [sheet["drawn"][name] for name in ("first", "second")]
    assert {panel["facts"]["handle"] for panel in panels} == {"liquidation-map-bot"}
    assert {panel["facts"]["venues"][0]["venue"] for panel in panels} == {"binance", "bybit"}
    assert panels[0]["bars"] == panels[1]["bars"]  # the same candles and open interest
    assert sheet["drawn"]["basis"] == 0.0
    again = draw(tmp_path / "drawn.json", tmp_path / "again.png", full=False)
    assert again.read_bytes() == (tmp_path / "drawn.png").read_bytes()
    assert "X/USDT" in capsys.readouterr().out


def test_an_evolution_of_a_short_past_shows_everything_open(recording: Path, tmp_path: Path) -> None:
    evolution_once("X binance", From(recording, None), outputs(tmp_path))
    sheet = json.loads((tmp_path / "drawn.json").read_text())
    assert sheet["kind"] == "evolution"
    assert sheet["drawn"]["facts"]["handle"] == "liquidation-map-bot"
    assert [row["window"] for row in sheet["drawn"]["rows"]] == ["all"]
    assert sheet["drawn"]["not_covered"] == ["24h", "3d", "30d"]
    again = draw(tmp_path / "drawn.json", tmp_path / "again.png", full=False)
    assert again.read_bytes() == (tmp_path / "drawn.png").read_bytes()


def test_json_on_standard_output_is_alone_there(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compare_once("X bybit binance", From(recording, None), MapOutputs(None, Path("-")))
    assert json.loads(capsys.readouterr().out)["kind"] == "compare"


@pytest.mark.parametrize(("words", "reason"), [
    ("X X", "named twice"),
    ("Y", "No market “Y” is listed"),
    ("X okx", "okx has no share in X/USDT:USDT: not a venue here"),
    ("X 24h", "24h cannot be drawn"),
    ("X perp dec", "No dated contract of X/USDT"),
    ("", "Which pair"),
])  # fmt: skip
def test_what_a_chat_would_be_refused_is_refused(recording: Path, words: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        compare_once(words, From(recording, None), MapOutputs(None, None))
