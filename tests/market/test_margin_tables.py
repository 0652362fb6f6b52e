"""Margin tables: the checks they pass, and which of several sources a contract's comes from."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from market_stage import BTC, IDS, Stage

from bot.liquidation.contract import Tier, TierError
from bot.market.binance_tiers import tiers_with_key
from bot.market.exchanges import open_venue, open_venues
from bot.market.margin_table import (
    CAUTIOUS,
    GOOD_FOR_MS,
    MarginTable,
    PublishedTier,
    checked,
    in_fractions,
)
from bot.market.venue import Venue, VenueError

pytest_plugins = ("market_fixtures",)

GOOD = (
    PublishedTier(100_000, 125, 0.004, 0.008, None),
    PublishedTier(1_000_000, 100, 0.005, 0.01, 100),
    PublishedTier(2_000_000, 75, 0.0067, 0.0133, 1800),
    PublishedTier(3_000_000, 50, 0.01, 0.02, 8400),
)
STAND_INS = ("our snapshot of Sep 2026", "the table of Bybit", "a cautious default")


@dataclass
class ToldShelf:
    now: int = 1_790_000_000_000
    tables: dict[tuple[str, str], MarginTable] = field(default_factory=dict)

    def now_ms(self) -> int:
        return self.now

    async def kept(self, venue: str, symbol: str) -> MarginTable | None:
        return self.tables.get((venue, symbol))

    async def keep(self, venue: str, symbol: str, table: MarginTable) -> None:
        self.tables[venue, symbol] = table


# --- checks ---


def changed(row: int, **fields: float) -> list[PublishedTier]:
    rows = list(GOOD)
    rows[row] = replace(rows[row], **fields)
    return rows


def test_a_good_table_passes_in_any_order_and_without_what_only_checks_it() -> None:
    plain = tuple(Tier(row.notional_cap, row.max_leverage, row.maintenance_rate) for row in GOOD)
    assert checked(reversed(GOOD)) == plain
    assert all(type(tier) is Tier for tier in checked(GOOD))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "table is empty"),
        (changed(1, notional_cap=100_000.0), r"tiers\[1\]: notional_cap"),
        (changed(2, max_leverage=101.0, initial_rate=1 / 101), r"tiers\[2\]: max_leverage"),
        (changed(2, maintenance_rate=0.0045), r"tiers\[2\]: maintenance_rate"),
        (changed(1, maintenance_rate=float("nan")), r"maintenance_rate is nan"),
        (changed(3, max_leverage=50_000.0), r"max_leverage"),
        (changed(3, initial_rate=0.03), r"tiers\[3\]: initial margin times leverage is 1.5, not 1"),
        (changed(2, deduction=1200.0), r"tiers\[2\]: deduction 1200 should be 1800"),
        (changed(0, deduction=50.0), r"tiers\[0\]: deduction 50 should be 0"),
        (changed(3, deduction=float("nan")), r"tiers\[3\]: deduction nan"),
        ((GOOD[0], *GOOD[2:]), r"deduction 1800 should be 270"),
    ],
)
def test_a_table_that_cannot_be_right_says_which_row(rows: list[PublishedTier], sentence: str) -> None:
    with pytest.raises(TierError, match=sentence):
        checked(rows)


def test_a_table_in_percent_becomes_fractions_and_one_in_half_percent_is_refused() -> None:
    percent = [replace(row, maintenance_rate=row.maintenance_rate * 100) for row in GOOD]
    whole = [replace(row, initial_rate=(row.initial_rate or 0) * 100) for row in percent]
    assert [tier.maintenance_rate for tier in checked(in_fractions(whole))] == pytest.approx(
        [row.maintenance_rate for row in GOOD]
    )
    assert in_fractions(GOOD) == GOOD
    with pytest.raises(TierError):
        checked(in_fractions([*GOOD[:3], whole[3]]))


def test_the_signed_answer_is_read_bare_or_in_a_list() -> None:
    row = {
        "bracket": 1, "initialLeverage": 75, "notionalCap": 10000, "notionalFloor": 0,
        "maintMarginRatio": 0.0065, "cum": 0.0,
    }  # fmt: skip
    bare = {"symbol": "ETHUSDT", "notionalCoef": 1.5, "brackets": [row]}
    assert tiers_with_key(bare) == tiers_with_key([bare]) == (PublishedTier(10_000, 75, 0.0065, None, 0.0),)


# --- each venue's own table, good and bad ---

PATHS = {"binance": "common/brackets", "okx": "position-tiers", "bybit": "risk-limit"}


def rows_of(venue: str, answer: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    found: list[dict[str, Any]]
    if venue == "binance":
        brackets = answer["data"]["brackets"]
        found = next(row for row in brackets if row["symbol"] == IDS[venue])["riskBrackets"]
    else:
        found = answer["data"] if venue == "okx" else answer["result"]["list"]
    return found


NAMES = {
    "cap": {"binance": "bracketNotionalCap", "okx": "maxSz", "bybit": "riskLimitValue"},
    "leverage": {"binance": "maxOpenPosLeverage", "okx": "maxLever", "bybit": "maxLeverage"},
    "rate": {"binance": "bracketMaintenanceMarginRate", "okx": "mmr", "bybit": "maintenanceMargin"},
    "deduction": {"binance": "cumFastMaintenanceAmount", "bybit": "mmDeduction"},
    "initial": {"okx": "imr", "bybit": "initialMargin"},
}
SPOILS: dict[str, Callable[[float], float]] = {
    "cap": lambda _: 1.0,
    "leverage": lambda value: value * 3,
    "rate": lambda value: value / 2,
    "deduction": lambda value: value + 500,
    "initial": lambda value: value * 2,
}


async def spoiled(stage: Stage, venue: str, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """The venue's own table, with a change, is what it says from now on."""
    real = open_venue(venue, stage.root)
    answers: list[bytes] = []
    stage.override = None
    await real.load()
    answer = await _raw(stage, real)
    await real.close()
    change(rows_of(venue, answer))
    answers.append(json.dumps(answer).encode())

    def instead(request: web.Request) -> web.Response | None:
        if request.path.endswith(PATHS[venue]):
            return web.Response(body=answers[0], content_type="application/json")
        return None

    stage.override = instead


async def _raw(stage: Stage, venue: Any) -> Any:  # noqa: ANN401 - JSON
    exchange = await venue._connected()
    of = {
        "binance": "/bapi/futures/v1/friendly/future/common/brackets",
        "okx": "/api/v5/public/position-tiers?instType=SWAP&tdMode=isolated&instFamily=BTC-USDT",
        "bybit": "/v5/market/risk-limit?category=linear&symbol=BTCUSDT",
    }
    return await exchange.fetch(stage.root + of[venue.name])


async def test_its_own_table_is_used_and_said(venue: Venue) -> None:
    contract = await venue.contract(BTC)
    assert contract.tiers_from == ("its web page" if venue.name == "binance" else "its own table")
    assert contract.tiers_trouble == ""
    assert contract.tiers_read_ms > 0
    assert (contract.max_leverage, contract.first_maintenance_rate) == (150, 0.004)


@pytest.mark.parametrize(("name", "what"), [(name, what) for what, names in NAMES.items() for name in names])
async def test_a_spoiled_table_is_not_used(stage: Stage, name: str, what: str) -> None:
    column = NAMES[what][name]

    def change(rows: list[dict[str, Any]]) -> None:
        rows[2][column] = type(rows[2][column])(SPOILS[what](float(rows[2][column])))

    await spoiled(stage, name, change)
    venue = open_venue(name, stage.root)
    contract = await venue.contract(BTC)
    await venue.close()
    assert contract.tiers_from in STAND_INS
    assert contract.tiers_read_ms == 0
    assert contract.tiers_trouble.startswith("not its ")
    assert "tiers[" in contract.tiers_trouble
    if name != "binance":
        assert contract.tiers == CAUTIOUS


@pytest.mark.parametrize("name", ["okx", "bybit"])
async def test_a_contract_without_a_table_is_no_contract(stage: Stage, name: str) -> None:
    await spoiled(stage, name, lambda rows: rows.clear())
    venue = open_venue(name, stage.root)
    with pytest.raises(VenueError, match="has no margin table for this contract"):
        await venue.contract(BTC)
    await venue.close()


async def test_a_venue_that_does_not_answer_has_no_contract_rather_than_a_guessed_one(
    stage: Stage,
) -> None:
    stage.override = refusing("position-tiers")
    venue = open_venue("okx", stage.root)
    with pytest.raises(VenueError):
        await venue.contract(BTC)
    await venue.close()


# --- the order of sources ---


def refusing(*paths: str) -> Callable[[web.Request], web.Response | None]:
    def instead(request: web.Request) -> web.Response | None:
        hit = any(part in request.path for part in paths)
        return web.Response(status=500, text="{}", content_type="application/json") if hit else None

    return instead


@dataclass
class Counter:
    stage: Stage
    shelf: ToldShelf
    opened: list[Venue] = field(default_factory=list)

    def binance(self, key: tuple[str, str] | None = None, bybit: bool = False) -> Venue:
        names = ("binance", "bybit") if bybit else ("binance",)
        venues = open_venues(dict.fromkeys(names, self.stage.root), self.shelf, key)
        self.opened += venues.values()
        return venues["binance"]

    def asked(self, part: str) -> int:
        return sum(part in path for path in self.stage.asked)


@pytest.fixture
async def counter(stage: Stage) -> AsyncIterator[Counter]:
    made = Counter(stage, ToldShelf())
    yield made
    for venue in made.opened:
        await venue.close()


async def test_the_web_page_goes_before_the_key(counter: Counter) -> None:
    contract = await counter.binance(("name", "secret")).contract(BTC)
    assert contract.tiers_from == "its web page"
    assert counter.asked("leverageBracket") == 0


async def test_the_key_serves_where_the_page_does_not(counter: Counter) -> None:
    counter.stage.override = refusing("common/brackets")
    contract = await counter.binance(("name", "secret"), bybit=True).contract(BTC)
    assert contract.tiers_from == "its API, by the read-only key"
    assert contract.tiers_trouble.startswith("not its web page: ")
    assert contract.tiers_read_ms == counter.shelf.now
    assert len(contract.tiers) == 3


async def test_without_a_key_the_signed_endpoint_is_not_asked(counter: Counter) -> None:
    counter.stage.override = refusing("common/brackets")
    contract = await counter.binance(bybit=True).contract(BTC)
    assert contract.tiers_from == "our snapshot of Sep 2026"
    assert counter.asked("leverageBracket") == counter.asked("risk-limit") == 0


async def test_a_coin_that_the_snapshot_does_not_have_gets_bybits_table(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.market.binance.bundled_tiers", lambda base, dated: ())
    counter.stage.override = refusing("common/brackets", "leverageBracket")
    contract = await counter.binance(("name", "secret"), bybit=True).contract(BTC)
    assert contract.tiers_from == "the table of Bybit"
    assert contract.max_leverage == 150
    assert contract.tiers_read_ms == 0
    assert "not its API, by the read-only key" in contract.tiers_trouble
    assert "secret" not in contract.tiers_trouble


async def test_the_last_resort_is_cautious(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.market.binance.bundled_tiers", lambda base, dated: ())
    counter.stage.override = refusing("common/brackets", "risk-limit")
    contract = await counter.binance(bybit=True).contract(BTC)
    assert contract.tiers_from == "a cautious default"
    assert contract.max_leverage == 25
    assert "not the table of Bybit" in contract.tiers_trouble


async def test_a_kept_table_serves_for_a_day_without_a_question(counter: Counter) -> None:
    first = await counter.binance().contract(BTC)
    counter.shelf.now += GOOD_FOR_MS - 1
    again = await counter.binance().contract(BTC)
    assert counter.asked("common/brackets") == 1
    assert again == first
    counter.shelf.now += 1
    newest = await counter.binance().contract(BTC)
    assert counter.asked("common/brackets") == 2
    assert newest.tiers_read_ms == counter.shelf.now


async def test_an_old_kept_table_goes_before_what_stands_in_and_says_why(counter: Counter) -> None:
    first = await counter.binance().contract(BTC)
    counter.shelf.now += 3 * GOOD_FOR_MS
    counter.stage.override = refusing("common/brackets")
    kept = await counter.binance(bybit=True).contract(BTC)
    assert (kept.tiers, kept.tiers_read_ms) == (first.tiers, first.tiers_read_ms)
    assert kept.tiers_trouble.startswith("not its web page: ")


async def test_an_old_kept_table_goes_before_a_venues_silence(stage: Stage) -> None:
    shelf = ToldShelf()
    kept = MarginTable((Tier(10.0, 50.0, 0.01),), "its own table", shelf.now - 2 * GOOD_FOR_MS)
    shelf.tables["okx", BTC] = kept
    stage.override = refusing("position-tiers")
    venue = open_venue("okx", stage.root, shelf=shelf)
    contract = await venue.contract(BTC)
    await venue.close()
    assert (contract.tiers, contract.tiers_read_ms) == (kept.tiers, kept.read_ms)
    assert "HTTP 500" in contract.tiers_trouble


async def test_what_stands_in_is_not_kept(counter: Counter) -> None:
    counter.stage.override = refusing("common/brackets")
    await counter.binance().contract(BTC)
    assert not counter.shelf.tables


async def test_a_key_is_never_shown(counter: Counter) -> None:
    venue = counter.binance(("the name", "the secret"))
    shown = repr(vars(venue))
    assert "the name" not in shown
    assert "the secret" not in shown
