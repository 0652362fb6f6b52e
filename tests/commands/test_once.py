"""`map` and `zones` once: windows and prices are those that a chat would be shown."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from recorded_market import write_market

import bot.commands.once as once
from bot.commands.draw import draw
from bot.commands.errors import CommandError
from bot.commands.heatmap import heatmap_once
from bot.commands.once import MapOutputs, asked_of, map_once, zones_once
from bot.liquidation.contract import Contract, Tier
from bot.liquidation.history import History
from bot.liquidation.windows import LONGEST_HISTORY_MS
from bot.market.forced_orders import Heard
from bot.market.venue import Listing, MarkPrice, VenueError

BTC = "BTC/USDT:USDT"
NOW = 1_791_158_400_000
MINUTE = 60_000


class Venue:
    interest_reach_ms = LONGEST_HISTORY_MS

    def __init__(self, name: str, hours: int, mark: float | None) -> None:
        self.name, self.hours, self.mark = name, hours, mark

    @property
    def listings(self) -> Sequence[Listing]:
        return (Listing(self.name, "BTCUSDT", BTC, "BTC", "USDT", "USDT", False, None, True),)

    async def load(self) -> None: ...

    async def close(self) -> None: ...

    async def listen(self, symbols: Sequence[str]) -> None: ...

    def heard(self) -> Heard:
        return Heard(0)

    async def server_time_ms(self) -> int:
        return NOW

    async def contract(self, symbol: str) -> Contract:
        return Contract(self.name, "BTCUSDT", symbol, 0.1, (Tier(1e9, 100.0, 0.004),))

    async def history(self, symbol: str, since_ms: int, until_ms: int) -> Sequence[History]:
        count = self.hours * 60
        close = 100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.0006, count)))
        opened = np.r_[100.0, close[:-1]]
        start = NOW - count * MINUTE + MINUTE * np.arange(count, dtype=np.int64)
        high, low = np.maximum(opened, close), np.minimum(opened, close)
        volume, held = np.ones(count), np.linspace(1000, 1100, count)
        return (History(MINUTE, start, opened, high, low, close, volume, held),)

    async def mark_prices(self, symbols: Sequence[str]) -> dict[str, MarkPrice]:
        if self.mark is None:
            raise VenueError(self.name, "did not answer in time")
        return {symbol: MarkPrice(self.mark, NOW) for symbol in symbols}


Answer = dict[str, object]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Answer]:
    """The JSON of a map from these venues."""

    def asked(words: str, *venues: Venue, at: str | None = None) -> Answer:
        @asynccontextmanager
        async def opened(*_: object) -> AsyncIterator[object]:
            yield {venue.name: venue for venue in venues}, lambda: NOW

        monkeypatch.setattr(once, "open_market", opened)
        target = tmp_path / "map.json"
        map_once(words, None, at, MapOutputs(tmp_path / "map.png", target))
        answer: Answer = json.loads(target.read_text())
        return answer

    return asked


def test_the_picture_is_drawn_again_from_the_json_beside_the_line_that_score_reads(
    ask: Callable[..., Answer], tmp_path: Path
) -> None:
    answer = ask("BTC", Venue("binance", 14, 101.5), Venue("okx", 14, 102.5))
    drawn = draw(tmp_path / "map.json", tmp_path / "again.png", full=False)
    assert drawn.read_bytes() == (tmp_path / "map.png").read_bytes()
    assert {"timestamp_ms", "edges", "long_base", "short_base", "window", "venues"} <= answer.keys()
    assert '"handle": "liquidation-map-bot"' in (tmp_path / "map.json").read_text()


def test_the_price_is_the_venues_mark_price(ask: Callable[..., Answer]) -> None:
    assert ask("BTC", Venue("binance", 14, 101.5), Venue("okx", 14, 102.5))["price"] == 102.0


def test_a_venue_without_a_mark_price_is_read_at_its_last_close(ask: Callable[..., Answer]) -> None:
    close = ask("BTC", Venue("okx", 14, None))["price"]
    assert close != 0
    assert ask("BTC", Venue("okx", 14, 105.0), at="2026-10-05T00:00:00Z")["price"] == close


def test_a_venue_that_does_not_reach_back_is_left_out_and_named(
    ask: Callable[..., Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = ask("BTC 12h", Venue("binance", 14, 101.0), Venue("okx", 6, 200.0))
    assert answer["venues"] == ["binance"]
    assert answer["price"] == 101.0
    assert "missing: OKX (its open interest reaches back 6 h)" in capsys.readouterr().out


def test_a_window_that_no_venue_covers_is_refused(ask: Callable[..., Answer]) -> None:
    with pytest.raises(
        CommandError, match=r"3d cannot be drawn: .* 14 h on Binance, 6 h on OKX. These can: 12h."
    ):
        ask("BTC 3d", Venue("binance", 14, 101.0), Venue("okx", 6, 101.0))


def test_a_recording_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path) -> None:
    recording = write_market(tmp_path)
    (recording / "bybit" / "XUSDT" / "candles_1m.csv.gz").write_bytes(b"\x1f\x8b cut short")
    with pytest.raises(
        CommandError, match=r"^bybit/XUSDT/candles_1m.csv.gz is not a readable gzip text file\.$"
    ):
        map_once("X", recording, None, MapOutputs(None, None))


@pytest.mark.parametrize("words", ["BTC 6h ago", "BTC 7d at 2026-02-05 12:00", "BTC yesterday 12:00"])
def test_a_moment_among_the_words_is_refused_and_not_dropped(words: str) -> None:
    for command in ("map", "zones", "heatmap"):
        with pytest.raises(CommandError, match=r"a moment goes behind --at: --at 2026-02-05T12:00\.$"):
            asked_of(words, command)
    with pytest.raises(CommandError, match="--at"):
        heatmap_once(words, None, None, MapOutputs(None, None))


def zones_told(words: str, folder: Path) -> list[dict[str, object]]:
    zones_once(words, folder, None, folder / "zones.json")
    told: list[dict[str, object]] = json.loads((folder / "zones.json").read_text())
    return told


def test_filters_are_filters_of_zones_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording = write_market(tmp_path)
    everything = zones_told("X", recording)
    assert {one["side"] for one in everything} == {"long", "short"}
    capsys.readouterr()
    shorts = zones_told("X shorts", recording)
    assert shorts == [one for one in everything if one["side"] == "short"]
    assert "only shorts" in capsys.readouterr().out
    high = zones_told("X high", recording)
    assert high == [one for one in everything if one["band"] in ("High", "Extreme")]
    assert len(high) < len(everything)
