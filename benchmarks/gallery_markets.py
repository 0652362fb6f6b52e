"""Pairs to draw: as they were in a recording, or over an invented year."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from invented_year import CONTRACT, coarser, invented_minutes

from bot.liquidation.ages import known_ages, with_ages
from bot.liquidation.agreement import with_venues
from bot.liquidation.contract import Contract
from bot.liquidation.feed import Feed
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.history import History
from bot.liquidation.liquidations import Liquidations
from bot.liquidation.long_history import take_in
from bot.liquidation.pair_model import PairModel
from bot.liquidation.past_map import PastProfile, maps_as_of
from bot.liquidation.reported_orders import ReportedOrders, reported_by
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.windows import ALL, WINDOWS
from bot.market.recording import open_recording

AGE_MS = 20_000  # of the data, as a watched pair's
SANDBOX = Path("data/gallery-market")
SANDBOX_DAYS = 31
REPLAY_STEP_MS = 30 * 60_000


@dataclass(frozen=True)
class Pair:
    model: PairModel
    tick_size: float
    heard: Mapping[str, tuple[Feed, Liquidations]]  # by venue, what was recorded of it

    @property
    def now_ms(self) -> int:
        return self.model.as_of_ms + AGE_MS

    def shown(self, window: str = ALL, venues: tuple[str, ...] | None = None) -> Snapshot:
        """As the bot would show it, with everything read off the map where everything is shown."""
        found = self.model.map(venues, WINDOWS.get(window), window)
        covered = {name: one.covers_from_ms for name, one in self.model.inventories.items()}
        found = with_ages(self.model, found, known_ages(covered, window, self.now_ms))
        whole = self.model.map()
        zones = with_venues(whole, self.model.zones)
        reading = self.model.read_off(whole) if window == ALL and venues is None else None
        return Snapshot(found, zones, self.tick_size, self.now_ms, reading=reading)

    def reported(self, history: HeatHistory) -> ReportedOrders:
        return reported_by(self.heard, int(history.stamp_ms[0]) - history.span_ms, int(history.stamp_ms[-1]))

    def last_day(self) -> tuple[PastProfile, ...]:
        """By half hours, as a replay plays them."""
        newest = self.model.as_of_ms
        stamps = [newest - at * REPLAY_STEP_MS for at in range(48, -1, -1)]
        maps = maps_as_of(self.model, stamps)
        return tuple(
            PastProfile(stamp, one.price, one.profile) for stamp, one in zip(stamps, maps, strict=True)
        )


def sandbox_recording() -> Path:
    """The sandbox's own market on three venues; written once."""
    if not (SANDBOX / "recording.json").exists():
        days = ["--export-days", str(SANDBOX_DAYS)]
        subprocess.run([sys.executable, "-m", "bot", "sandbox", "--export", str(SANDBOX), *days], check=True)
    return SANDBOX


def recorded_pair(folder: Path, symbol: str, days: float = 31.0) -> Pair:
    """At the end of the recording, from its last days, on every venue that has open interest."""
    recording = open_recording(folder)
    contracts: dict[str, Contract] = {}
    histories: dict[str, tuple[History, ...]] = {}
    for market in recording.markets:
        if market.contract.symbol == symbol:
            history = recording.history(market.exchange, symbol)
            if history.has_open_interest:
                contracts[market.exchange] = recording.contract(market.exchange, symbol)
                begin_ms = int(history.end_ms[-1]) - round(days * WINDOWS["24h"])
                histories[market.exchange] = (history.after(begin_ms),)
    return _pair(symbol, contracts, histories)


def year_pair() -> Pair:
    """A year of invented hours on one venue."""
    history = coarser(invented_minutes(366 * 24 * 60), 60)
    return _pair(CONTRACT.symbol, {CONTRACT.venue: CONTRACT}, {CONTRACT.venue: (history,)})


def _pair(symbol: str, contracts: dict[str, Contract], histories: dict[str, tuple[History, ...]]) -> Pair:
    model = PairModel(symbol)
    take_in(model, contracts, histories)
    heard = {name: (contracts[name].feed, one[-1].liquidations) for name, one in histories.items()}
    return Pair(model, min(contract.tick_size for contract in contracts.values()), heard)
