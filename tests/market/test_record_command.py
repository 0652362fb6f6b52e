"""`record`: what was heard and what the venues keep become a recording that maps are made of."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from market_stage import BTC, ETH, MINUTE, NOW, Stage

import bot.commands.record as command
from bot.commands.errors import CommandError
from bot.commands.estimate import estimate
from bot.commands.record import RecordWishes
from bot.liquidation.side import Side
from bot.market.recorded import recorded_venues
from bot.market.recording import open_recording
from bot.settings import Settings, load_settings
from bot.store import liquidations
from bot.store.database import Database, upgrade
from bot.store.liquidations import Liquidation, Stretch

END = NOW // MINUTE * MINUTE
HOURS_6 = 6 * 60 * MINUTE
# Of Bybit; nobody listened for ten minutes two hours before the end.
STAMPS = [END - 5 * 60 * MINUTE, END - 3 * 60 * MINUTE, END - MINUTE]
LISTENED = [(END - 2 * HOURS_6, END - 120 * MINUTE), (END - 110 * MINUTE, END + 5_000)]

pytest_plugins = ("market_fixtures",)


@pytest.fixture
def settings(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv(
        "EXCHANGE_URLS", ",".join(f"{name}={stage.root}" for name in ("binance", "okx", "bybit"))
    )
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    return load_settings()


async def heard(settings: Settings) -> None:
    settings.data_dir.mkdir()
    upgrade(settings.database)
    database = Database.open(settings.database)
    orders = [Liquidation("bybit", BTC, stamp, Side.LONG, 89_000.0, 89_358.0, 2.0) for stamp in STAMPS]
    async with database.begin() as tx:
        await liquidations.add(tx, orders)
        await liquidations.listened(tx, [(("bybit", BTC), Stretch(*one)) for one in LISTENED])
    await database.close()


async def recorded(folder: Path, *symbols: str, exchange: str | None = None, days: float = 0.25) -> None:
    """In a thread, as its own event loop; the exchange lives in this one."""
    await asyncio.to_thread(command.record, RecordWishes(symbols, days, folder, exchange))


async def test_three_venues_are_recorded_with_what_was_heard(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await heard(settings)
    await recorded(tmp_path / "out", "btc")
    found = open_recording(tmp_path / "out")
    assert [market.exchange for market in found.markets] == ["binance", "okx", "bybit"]
    bybit = found.history("bybit", BTC)
    assert (int(bybit.start_ms[0]), int(bybit.end_ms[-1]), bybit.span_ms) == (END - HOURS_6, END, MINUTE)
    assert bybit.has_open_interest
    assert bybit.liquidations.stamp_ms.tolist() == STAMPS
    np.testing.assert_allclose(bybit.liquidations.price, 89_358.0, rtol=1e-4)
    listened = found.listened(found.contract("bybit", BTC))
    assert listened == ((END - HOURS_6, LISTENED[0][1]), LISTENED[1])
    assert found.listened(found.contract("okx", BTC)) == ()
    said = capsys.readouterr().out
    assert "bybit BTC/USDT:USDT: 360 candles since" in said
    assert "3 liquidations." in said
    assert said.count("no liquidations: not listened to.") == 2
    assert f"Written to {tmp_path / 'out'}." in said


async def test_candles_are_those_of_the_venue(settings: Settings, stage: Stage, tmp_path: Path) -> None:
    await recorded(tmp_path / "out", "BTC", exchange="okx")
    (market,) = open_recording(tmp_path / "out").markets
    found = open_recording(tmp_path / "out").history("okx", BTC)
    expected = stage.recording.history("okx", BTC).after(END - HOURS_6).until(END)
    np.testing.assert_allclose(found.close, expected.close)
    np.testing.assert_allclose(found.volume_base, expected.volume_base, rtol=1e-6)
    assert market.contract.market_id == "BTC-USDT-SWAP"
    (entry,) = json.loads((tmp_path / "out" / "recording.json").read_text())["markets"]
    assert entry["contract_size"] == 0.01


async def test_maps_are_made_of_it(settings: Settings, tmp_path: Path) -> None:
    await heard(settings)
    await recorded(tmp_path / "out", "btc", exchange="bybit")
    (tmp_path / "times.txt").write_text(f"{END - 60 * MINUTE}\n{END}\n")
    estimate(tmp_path / "out", "bybit", BTC, tmp_path / "times.txt", tmp_path / "maps.jsonl")
    assert len((tmp_path / "maps.jsonl").read_text().splitlines()) == 2


async def test_nothing_is_overwritten(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for taken in ("full", "file"):
        with pytest.raises(CommandError, match="is there already; choose a folder that is new or empty"):
            await recorded(tmp_path / taken, "btc")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["notes.txt"]


async def test_what_no_venue_lists_is_refused_and_nothing_written(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No listed market is called 'nosuch'"):
        await recorded(tmp_path / "out", "btc", "nosuch")
    assert not (tmp_path / "out").exists()


def test_symbols_may_be_spelled_in_any_way_and_come_once(stage: Stage) -> None:
    venues = {venue.name: venue for venue in recorded_venues(stage.recording, lambda: NOW)}
    everywhere = command._wanted(venues, ["btc", "BTCUSDT", "eth"], NOW)
    named = [(venue.name, listing.symbol) for venue, listing in everywhere]
    assert named == [*((name, BTC) for name in venues), ("bybit", ETH)]
    ((only, _),) = command._wanted(venues, ["OKX:BTCUSDT"], NOW)
    assert only.name == "okx"


def test_a_venue_that_is_not_read_is_refused(stage: Stage) -> None:
    venues = {venue.name: venue for venue in recorded_venues(stage.recording, lambda: NOW)}
    with pytest.raises(CommandError, match="kraken is not read here; choose from binance, okx, bybit"):
        command._asked(venues, "kraken")


async def test_a_venue_that_fails_is_named_and_the_others_are_recorded(
    settings: Settings, stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.override = lambda request: (
        web.Response(status=500) if request.path.startswith("/v5/market/kline") else None
    )
    await recorded(tmp_path / "out", "btc")
    assert [market.exchange for market in open_recording(tmp_path / "out").markets] == ["binance", "okx"]
    assert "bybit BTC/USDT:USDT is missing" in capsys.readouterr().err


async def test_a_market_without_open_interest_says_so(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await recorded(tmp_path / "out", "eth")
    assert "no open interest" in capsys.readouterr().out
    assert not open_recording(tmp_path / "out").history("bybit", ETH).has_open_interest


def test_more_than_a_month_is_in_five_minutes() -> None:
    assert command._stretch(30, NOW).span_ms == MINUTE
    long = command._stretch(31, NOW)
    assert (long.span_ms, len(long)) == (5 * MINUTE, 31 * 288)
