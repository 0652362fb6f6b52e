"""Families of invented traders: what they share, what sets them apart; and the usual one stays as it is."""

import csv
import gzip
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.commands.errors import CommandError
from bot.commands.sandbox import ExportWishes, SandboxWishes, sandbox
from bot.sandbox.market.clock import MINUTE_MS
from bot.sandbox.market.export import export_recording
from bot.sandbox.market.invented.coins import COINS, books
from bot.sandbox.market.invented.habits import (
    BRISK,
    CROSSED,
    FAMILIES,
    PATIENT_CALM,
    PATIENT_HOT,
    USUAL,
    Habits,
    habits_named,
)
from bot.sandbox.market.invented.prices import WalkingPrices
from bot.sandbox.market.invented.simulation import Simulation
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.opening import INVENTED_START_MS

BTC = ("binance", "BTCUSDT")
# Of the market as it was before there were other habits and inverse contracts.
USUAL_DIGEST = "88314bd753d09fd455c9e66b98e22c41d6707d0f77291d18760ea92f41da4bc7"
OTHERS = [family for family in FAMILIES if family is not USUAL]
NAMES = [family.name for family in OTHERS]

WISHES = SandboxWishes(0, 120, 1, None, None, None, None)


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt") as lines:
        return list(csv.DictReader(lines))


def _digest(folder: Path, but: frozenset[str] = frozenset()) -> str:
    """Of every table but some ids', numbers to nine digits: the last ones may differ between processors."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*.csv.gz") if path.parent.name not in but):
        digest.update(path.relative_to(folder).as_posix().encode())
        for row in _rows(path):
            digest.update(",".join(map(_shortened, row.values())).encode())
    return digest.hexdigest()


def _shortened(cell: str) -> str:
    return f"{float(cell):.9g}" if "." in cell else cell


def _soon(habits: Habits) -> Habits:
    """The same traders without the long time before the history."""
    return replace(habits, warm_up_minutes=480)


def _simulation(habits: Habits, seed: int = 4) -> Simulation:
    of = [book for book in books(INVENTED_START_MS, INVENTED_START_MS) if book.listing.id == "BTCUSDT"]
    return Simulation(seed, of[:1], INVENTED_START_MS // MINUTE_MS, habits)


def test_the_usual_market_stays_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As exported before Bybit's feed was written whole: all feeds cut to one order a second."""
    monkeypatch.setattr("bot.sandbox.market.export.TELL_ALL", ())
    export_recording(InventedSource(3, INVENTED_START_MS, 0.1), tmp_path, INVENTED_START_MS)
    assert _digest(tmp_path, but=frozenset({"BTC-USD-SWAP", "BTCUSD"})) == USUAL_DIGEST


@pytest.mark.parametrize("habits", OTHERS, ids=NAMES)
def test_longs_shorts_and_open_interest_are_equal_whatever_the_habits(habits: Habits) -> None:
    market = _simulation(habits)
    for _ in range(500):
        market.live()
        longs, shorts = market.positions.totals().tolist()
        assert longs == shorts == market.open_lots.item()
    assert longs > 0


def test_books_stay_even_where_places_run_out() -> None:
    market = _simulation(replace(BRISK, slots=1000))
    for _ in range(400):
        market.live()
    longs, shorts = market.positions.totals().tolist()
    assert longs == shorts == market.open_lots.item()


@pytest.mark.parametrize("habits", OTHERS, ids=NAMES)
def test_published_open_interest_is_a_little_off(habits: Habits) -> None:
    market = _simulation(habits)
    off = []
    for _ in range(480):
        minute, _ = market.live()
        off.append(minute.open_lots.item() / market.open_lots.item() - 1)
    assert 0.001 < np.std(off) < 0.003
    assert abs(np.mean(off)) < 0.0005


def _exported(habits: Habits, folder: Path, seed: int = 5, days: float = 0.3) -> Path:
    source = InventedSource(seed, INVENTED_START_MS, days, _soon(habits), BTC)
    export_recording(source, folder, INVENTED_START_MS, BTC)
    return folder


def _still_open(folder: Path) -> float:
    """The share of the truth's positions that are open six hours later, at the same liquidation price."""
    rows = _rows(folder / "truth" / "open_positions.csv.gz")
    told = [(int(row["timestamp_ms"]), row["side"], row["price"], row["quantity_base"]) for row in rows]
    stamps = sorted({stamp for stamp, *_ in told})
    earlier = Counter(tuple(rest) for stamp, *rest in told if stamp == stamps[-2])
    later = Counter(tuple(rest) for stamp, *rest in told if stamp == stamps[-1])
    return (earlier & later).total() / earlier.total()


def test_brisk_traders_are_gone_while_patient_ones_hold(tmp_path: Path) -> None:
    left = {
        family.name: _still_open(_exported(family, tmp_path / family.name, days=1))
        for family in (USUAL, PATIENT_CALM, PATIENT_HOT, BRISK)
    }
    assert left["brisk"] < 0.5 * left["usual"]
    assert left["usual"] < 0.9 * min(left["patient-calm"], left["patient-hot"])
    assert left["patient-calm"] > 0.85


def _retreats(habits: Habits) -> Iterator[bool]:
    """For every liquidation price that changes in two hours: did its liquidation retreat?"""
    market = _simulation(habits)
    for _ in range(240):
        market.live()
    for _ in range(120):
        key, lots = market.positions.key.copy(), market.positions.lots.copy()
        market.live()
        same = (lots > 0) & (lots == market.positions.lots) & (key != market.positions.key)
        yield from (market.positions.key[same] < key[same]).tolist()


def test_crossed_traders_add_margin_and_others_never_do() -> None:
    moved = list(_retreats(CROSSED))
    assert sum(moved) > 0.9 * len(moved) > 10
    assert sum(_retreats(PATIENT_CALM)) < 0.1 * sum(moved)


def test_hot_traders_lever_more_than_calm_ones() -> None:
    nearest = []
    for habits in (PATIENT_CALM, PATIENT_HOT):
        market = _simulation(habits)
        for _ in range(10):
            minute, _ = market.live()
        longs = market.positions.key[0][market.positions.lots[0] > 0]
        nearest.append(np.mean(longs > 0.97 * minute.close.item()))
    assert nearest[1] > 2 * nearest[0] > 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_price_walks_as_far_a_day_as_its_coin_does(seed: int) -> None:
    walk = WalkingPrices(seed, np.zeros(len(COINS)), COINS, 0, 0)
    unused = np.random.default_rng(0)
    path = np.concatenate([walk.block(unused).log_price for _ in range(6 * 40)])
    hourly = np.diff(path[::60], axis=0).std(0) * np.sqrt(24)
    assert 0.02 < hourly[0] < 0.05
    assert 0.04 < hourly[3] < 0.09
    assert np.abs(path - path[0]).max() < np.log(2)


def test_a_seed_gives_the_same_market_and_another_seed_another(tmp_path: Path) -> None:
    first, again = (_digest(_exported(CROSSED, tmp_path / name)) for name in ("first", "again"))
    assert first == again
    assert _digest(_exported(CROSSED, tmp_path / "other", seed=6)) != first


def test_one_contract_of_the_usual_market_is_the_same_alone(tmp_path: Path) -> None:
    """`only` leaves out what is written, not who trades: the contracts share their chances."""
    for folder, only in (("whole", None), ("alone", ("bybit", "ZRXUSDT"))):
        source = InventedSource(2, INVENTED_START_MS, 0.05)
        export_recording(source, tmp_path / folder, INVENTED_START_MS, only)
    table = Path("bybit", "ZRXUSDT", "candles_1m.csv.gz")
    assert (tmp_path / "whole" / table).read_bytes() == (tmp_path / "alone" / table).read_bytes()
    assert not (tmp_path / "alone" / "binance").exists()


def test_the_command_writes_a_family(tmp_path: Path) -> None:
    sandbox(WISHES, ExportWishes(tmp_path / "made", 0.1, "brisk", "okx:ETH-USDT-SWAP"))
    assert "habits: brisk." in (tmp_path / "made" / "recording.json").read_text()
    assert len(_rows(tmp_path / "made" / "okx" / "ETH-USDT-SWAP" / "candles_1m.csv.gz")) == 144


@pytest.mark.parametrize(
    ("habits", "market", "sentence"),
    [
        ("greedy", None, "'greedy': choose from usual, patient-calm, patient-hot, crossed, brisk"),
        ("brisk", "okx:ZRX-USDT-SWAP", "no ZRX-USDT-SWAP is traded on okx"),
        ("usual", "binance:XYZUSDT", "no XYZUSDT is traded on binance"),
        ("usual", "BTCUSDT", "write venue:id, for example binance:BTCUSDT"),
    ],
)
def test_what_is_not_known_is_refused(tmp_path: Path, habits: str, market: str | None, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        sandbox(WISHES, ExportWishes(tmp_path / "made", 0.1, habits, market))
    assert not (tmp_path / "made").exists()


def test_a_recording_is_not_exported_again(tmp_path: Path) -> None:
    recording = _exported(BRISK, tmp_path / "recording")
    with pytest.raises(CommandError, match="is one already"):
        sandbox(replace(WISHES, recording=recording), ExportWishes(tmp_path / "made", 1, "usual", None))


def test_habits_are_for_exports() -> None:
    with pytest.raises(CommandError, match="add --export DIR"):
        ExportWishes(None, 30, "brisk", None)


def test_every_family_is_found_by_its_name_and_its_shares_are_whole() -> None:
    for family in FAMILIES:
        assert habits_named(family.name) is family
        assert sum(share for _, share in family.leverages) == pytest.approx(1)
