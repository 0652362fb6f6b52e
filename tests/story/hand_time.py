"""The bot's time in one hand: it stands still until it is moved."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass

import pytest

from bot import app
from bot.delivery.pacing import Pacing
from bot.jobs import recorder
from bot.market import clock, line
from bot.market.binance import Binance
from bot.market.bybit import Bybit
from bot.sandbox.exchange.streams import hub

NOW = 1_791_158_400_000
PHASE_S = 30.0  # into a minute: what closed with it has been told
LONGEST_ROUND_S = 2 * 3600.0  # in which streams say nothing, and are not dead


@dataclass
class Hands:
    """A clock that only moves when it is moved."""

    gone_s: float = 0.0

    def seconds(self) -> float:
        return self.gone_s

    def wall_s(self) -> float:
        return NOW / 1000 + PHASE_S + self.gone_s

    def wall_ns(self) -> int:
        return round(self.wall_s() * 1e9)

    def wall_ms(self) -> float:
        return self.wall_s() * 1000

    async def sleep(self, seconds: float) -> None:
        self.gone_s += seconds
        await asyncio.sleep(0)


class HandTime:
    """What the bot takes for the module `time`."""

    def __init__(self, hands: Hands) -> None:
        self.time, self.time_ns = hands.wall_s, hands.wall_ns

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)


def hold_time(patch: pytest.MonkeyPatch, hands: Hands) -> None:
    """The bot's wall time is that of the hand; waits for the network are short."""
    told = HandTime(hands)
    for name, module in tuple(sys.modules.items()):
        if name.startswith("bot.") and getattr(module, "time", None) is time:
            patch.setattr(module, "time", told)
    for kind in (Binance, Bybit):
        patch.setattr(kind, "mark_pause_s", LONGEST_ROUND_S)
    patch.setattr(app, "Pacing", _paced_by(hands))
    for module, name, value in (
        (clock, "TRIES_A_SAMPLE", 1),
        (recorder, "CATCH_UP_SECONDS", 0.02),
        (line, "SILENT_SECONDS", LONGEST_ROUND_S),
        (line, "LOOK_SECONDS", 0.05),
        (line, "FIRST_REST_SECONDS", 0.01),
        (line, "BETWEEN_FRAMES_SECONDS", 0.0),
        (hub, "PUMP_SECONDS", 0.02),
    ):
        patch.setattr(module, name, value)


def _paced_by(hands: Hands) -> type[Pacing]:
    class HandPacing(Pacing):
        def __init__(self) -> None:
            super().__init__(hands.seconds, hands.sleep)

    return HandPacing
