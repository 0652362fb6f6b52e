"""`alerts`: what it prints of a small market, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from recorded_market import MINUTE_MS, START_MS, write_market, write_table
from typer.testing import CliRunner

from bot.__main__ import app
from bot.commands import alerts
from bot.commands.alerts import AlertWishes, audit_alerts, audited
from bot.commands.alerts_table import worth_record, worth_table
from bot.commands.errors import CommandError
from bot.rules.presets import PRESETS
from bot.rules.tally import JUDGED

ROW_MS = 15 * MINUTE_MS
ROWS = 3 * 96
ONLY = {"swing": PRESETS["swing"]}


def write_days(folder: Path, *, with_truth: bool) -> Path:
    """binance XUSDT, three days of quarters of an hour; bybit keeps its candles and has no open interest."""
    write_market(folder)
    random = np.random.default_rng(5)
    close = 100 * np.exp(0.03 * np.sin(np.arange(ROWS) / 20) + np.cumsum(random.normal(0, 0.0014, ROWS)))
    opened = np.r_[100.0, close[:-1]]
    low, high = np.minimum(opened, close) * 0.9995, np.maximum(opened, close) * 1.0005
    stamps = START_MS + ROW_MS * np.arange(ROWS)
    market = folder / "binance" / "XUSDT"
    for old in market.iterdir():
        old.unlink()
    candles = np.column_stack([stamps, opened, high, low, close, random.gamma(2.0, 1.0, ROWS)])
    write_table(market / "candles_15m.csv.gz", "timestamp_ms,open,high,low,close,volume_base", candles)
    interest = np.column_stack([stamps + ROW_MS, 1000 * np.exp(random.normal(0, 0.01, ROWS).cumsum())])
    write_table(market / "open_interest_15m.csv.gz", "timestamp_ms,open_interest_base", interest)
    if with_truth:
        sides = ("long", "short")
        orders = [[int(stamps[at]), sides[at % 2], close[at], 1.0] for at in range(0, ROWS, 3)]
        path = folder / "truth" / "liquidations.csv.gz"
        write_table(path, "timestamp_ms,side,price,quantity_base", orders)
    return folder


def wishes(*folders: Path, symbol: str | None = None, as_json: bool = True) -> AlertWishes:
    return AlertWishes(
        folders, None, symbol, step_minutes=120, warm_up_days=1.5, horizon_hours=4, as_json=as_json
    )


@pytest.fixture(autouse=True)
def _one_preset(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others differ in numbers alone."""
    monkeypatch.setattr(alerts, "PRESETS", ONLY)


@pytest.fixture
def market(tmp_path: Path) -> Path:
    return write_days(tmp_path / "market", with_truth=True)


def test_every_kind_is_counted_and_compared_and_the_tables_say_the_same(
    market: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names, found = audited(wishes(market))
    record = worth_record(found)
    assert names == ["x X/USDT:USDT"]
    assert record.keys() == ONLY.keys()
    assert record["swing"]["days"] == pytest.approx(1.5, abs=0.1)
    assert record["swing"]["kinds"].keys() == {kind.value for kind in JUDGED}
    near = record["swing"]["kinds"]["near"]
    assert near["per_day"] > 0
    assert 0 <= near["came"] <= 1
    assert near["came_gain"]["value"] == pytest.approx(near["came"] - near["null_came"])
    assert near["came_gain"]["low"] is None  # of two days nothing is said
    text = worth_table(names, found)
    assert f"as delivered: swing {record['swing']['messages_per_day']:.1f}\n" in text
    assert f"| swing | near | {near['per_day']:.2f} | {near['came']:.2f} | {near['null_came']:.2f} |" in text
    assert "| minutes |" in text


def test_several_recordings_count_together_and_truth_is_not_needed(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_days(tmp_path / "other", with_truth=False)
    audit_alerts(wishes(other))
    once: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert once["presets"]["swing"]["kinds"]["near"]["minutes"] is None
    audit_alerts(wishes(other, other, as_json=False))
    text = capsys.readouterr().out
    assert text.startswith("markets: x X/USDT:USDT, x X/USDT:USDT\n")
    assert f"as delivered: swing {once['presets']['swing']['messages_per_day']:.1f}\n" in text
    assert "| minutes |" not in text


def test_what_is_missing_is_refused_in_a_sentence(market: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such market with open interest"):
        audit_alerts(wishes(market, symbol="Y/USDT:USDT"))
    done = CliRunner().invoke(app, ["alerts", "--recording", str(tmp_path)])
    assert isinstance(done.exception, CommandError)
    assert "is not a recording" in str(done.exception)
    with pytest.raises(CommandError, match="ends within the warm-up of 9 days"):
        audit_alerts(replace(wishes(market), warm_up_days=9.0))
