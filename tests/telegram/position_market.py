"""A market with four zones, and how a chat asks about positions in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np
import pytest
from told_origins import AS_OF_MS

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band, Zone
from bot.store.destination import Destination
from bot.telegram.asking import Answer, Asking
from bot.telegram.commands.table import COMMANDS
from bot.telegram.gateway import _command_of
from bot.telegram.room import Room
from bot.wording.buttons import Keyboard, line_of
from bot.wording.near_text import NearPair, NearReport
from bot.wording.plain import without_markup
from bot.wording.refusal import Refusal

BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"
NOW_MS = AS_OF_MS + 42_000
PRICE = 97_000.0


def zone(name: str, side: Side, low: float, high: float, percentile: float = 80.0) -> Zone:
    mix = (0.1, 0.2, 0.3, 0.4)
    return Zone(name, side, low, high, (low + high) / 2, 400.0, percentile, 2.0, mix, AS_OF_MS - 60_000)


ZONES = (
    zone("Z1", Side.LONG, 95_100.0, 95_600.0),
    zone("Z2", Side.LONG, 92_000.0, 92_600.0),
    zone("Z3", Side.SHORT, 98_600.0, 98_950.0),
    zone("Z4", Side.SHORT, 101_000.0, 101_500.0, 60.0),
)


class ToldMarket:
    suggestions = (BTC, ETH)
    with_contracts = True
    quiet: tuple[float, float] | None = None  # prices between which no long is liquidated

    def now_ms(self) -> int:
        return NOW_MS

    def find(self, typed: str, ask: Callable[[str], str]) -> tuple[str, str | None]:
        if typed.upper() not in ("BTC", BTC):
            raise Refusal(ask(BTC))
        return BTC, None

    async def view(self, symbol: str, window: str = "all", venue: str | None = None) -> Snapshot:
        venues = ("binance", "okx", "bybit") if venue is None else (venue,)
        mass = np.ones((2, 4, DISTANCE_BINS))
        if self.quiet is not None:
            far, near = (round(np.log(PRICE / price) / DISTANCE_BIN) for price in self.quiet)
            mass[Side.LONG, :, near:far] = 0.0
        shares = tuple(VenueMap(name, "X", PRICE, AS_OF_MS, 1e5, 0.01, mass) for name in venues)
        found = LiquidationMap(symbol, PRICE, "all", shares)
        return Snapshot(found, ZONES, 0.1, NOW_MS, daily_volume_base=144_000.0)

    def contracts(self, symbol: str) -> Mapping[str, Contract]:
        if not self.with_contracts:
            return {}
        small, large = (Tier(50_000.0, 125.0, 0.004),), (Tier(10.0, 100.0, 0.005),)
        return {
            "binance": Contract("binance", "BTCUSDT", symbol, 0.1, small),
            "okx": Contract(
                "okx", "BTC-USDT-SWAP", symbol, 0.1, large, closing_fee=0.0005, caps_in_base=True
            ),
            "bybit": Contract("bybit", "BTCUSDT", symbol, 0.1, small),
        }

    def nearest(self, band: Band) -> NearReport:
        pairs = tuple(
            NearPair(f"C{at}/USDT:USDT", zone(f"Z{at}", Side.SHORT, 100.0 + at, 110.0), 100.0, 0.01, 0.1)
            for at in range(13)
        )
        return NearReport(pairs if band is Band.HIGH else (), ((ETH, "its data is late"),), NOW_MS)


async def say(market: ToldMarket, line: str) -> Answer:
    asking = Asking(line, Destination(1), "private", user_id=7)
    command = _command_of(asking)
    assert command is not None
    return await COMMANDS[command](
        Room(cast(Any, market), cast(Any, None), cast(Any, None), "bot", 0), asking
    )


async def told(market: ToldMarket, line: str) -> str:
    return without_markup((await say(market, line)).text)


async def refused(market: ToldMarket, line: str) -> Refusal:
    with pytest.raises(Refusal) as found:
        await say(market, line)
    return found.value


def lines_of(keyboard: Keyboard) -> list[str]:
    return [line_of(one.data) or "" for row in keyboard for one in row]
