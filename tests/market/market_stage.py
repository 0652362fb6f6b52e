"""A small recording, and a hand on the clock and the answers of the sandbox that serves it."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from aiohttp import web

from bot.market.recording import Recording
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.market import Market

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = 1_790_000_000_000 // DAY * DAY
MINUTES = 3 * 1440 + 600
NOW = START + (MINUTES - 100) * MINUTE + 3_000
BTC = "BTC/USDT:USDT"
ETH = "ETH/USDT:USDT"  # listed on Bybit alone, without open interest
IDS = {"binance": "BTCUSDT", "okx": "BTC-USDT-SWAP", "bybit": "BTCUSDT", "gate": "BTC_USDT"}
VENUES = tuple(IDS)
TIERS = [[300000, 150, 0.004], [800000, 100, 0.005], [3000000, 75, 0.0065]]

Override = Callable[[web.Request], web.Response | None]


@dataclass
class Stage:
    root: str
    market: Market
    faults: FaultBoard
    recording: Recording
    wall_s: list[float]
    asked: list[str] = field(default_factory=list)
    override: Override | None = None

    def now_ms(self) -> int:
        return self.market.now_ms()

    def wait(self, milliseconds: float) -> None:
        self.wall_s[0] += milliseconds / 1000

    async def counted(self, call: Awaitable[object]) -> int:
        """How many requests a call makes."""
        before = len(self.asked)
        await call
        return len(self.asked) - before

    def answer_everything_with(self, status: int, body: str | bytes, kind: str = "application/json") -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.override = lambda _: web.Response(status=status, body=raw, content_type=kind)


def recorded_market(
    folder: Path, venue: str, market_id: str, symbol: str, interest: bool = True
) -> dict[str, object]:
    chance = np.random.default_rng(len(venue) + len(market_id))
    files = folder / venue / market_id
    files.mkdir(parents=True)
    _write(files / "candles_1m.csv.gz", "timestamp_ms,open,high,low,close,volume_base", _candles(chance))
    if interest:
        coins = np.round(20_000 + np.cumsum(chance.normal(0, 20, MINUTES // 5)), 3)
        rows = [f"{START + at * 5 * MINUTE},{value}" for at, value in enumerate(coins)]
        _write(files / "open_interest_5m.csv.gz", "timestamp_ms,open_interest_base", rows)
    size = {"okx": 0.01, "gate": 0.0001}.get(venue, 1.0)
    return {
        "exchange": venue, "id": market_id, "symbol": symbol,
        "contract_size": size, "tick_size": 0.1, "tiers": TIERS,
    }  # fmt: skip


def _candles(chance: np.random.Generator) -> list[str]:
    close = np.round(90_000 + np.cumsum(chance.normal(0, 30, MINUTES)), 1)
    opened = np.concatenate([close[:1], close[:-1]])
    high = np.round(np.maximum(opened, close) + chance.integers(0, 200, MINUTES) / 10, 1)
    low = np.round(np.minimum(opened, close) - chance.integers(0, 200, MINUTES) / 10, 1)
    volume = np.round(chance.uniform(0, 50, MINUTES), 3)
    return [
        f"{START + at * MINUTE},{opened[at]},{high[at]},{low[at]},{close[at]},{volume[at]}"
        for at in range(MINUTES)
    ]


def _write(path: Path, header: str, rows: list[str]) -> None:
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write("\n".join([header, *rows, ""]))


def watched(stage: Stage) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def watch(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        stage.asked.append(request.path)
        instead = stage.override(request) if stage.override else None
        return instead if instead is not None else await handler(request)

    return watch
