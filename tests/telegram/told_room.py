"""A room to ask in: a market that knows two pairs and has no data, members, and what is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.liquidation.beliefs import Beliefs
from bot.liquidation.comparison import Comparison
from bot.liquidation.contract import Contract
from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.evolution import Evolution
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.impact import Impact
from bot.liquidation.landmarks import Landmark
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.origin import Origin
from bot.liquidation.replay import Replay
from bot.liquidation.reported_orders import ReportedOrders
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band, Zone
from bot.look import Drawing, Look
from bot.rules.preview import Preview
from bot.rules.rule_set import RuleSet
from bot.store import chat_terms, subscriptions
from bot.store.chat_terms import ChatTerms
from bot.store.destination import Destination
from bot.store.subscriptions import Subscription
from bot.telegram.asking import Answer, Asking
from bot.telegram.commands.table import COMMANDS, PANELS, TAPS
from bot.telegram.room import Room
from bot.wording.buttons import key, rows
from bot.wording.liquidations_text import Report
from bot.wording.near_text import NearReport
from bot.wording.refusal import Refusal
from bot.wording.score_text import ScoreReport
from bot.wording.status import VenueStatus

BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"
ADA, BEN = 1, 2
HOME = Destination(ADA)
GROUP = Destination(-100)
CHANNEL = Destination(-1001234567890)


class ToldMarket:
    """Knows two pairs and has no data."""

    speed = 1.0
    watched: tuple[str, ...] = (BTC, ETH)
    suggestions: tuple[str, ...] = (BTC, ETH)
    past = Preview(0.0)
    threshold: float | None = None

    def now_ms(self) -> int:
        return 1_791_158_400_000

    def find(self, typed: str, ask: Callable[[str], str]) -> tuple[str, str | None]:
        known = {"BTC": BTC, "ETH": ETH, BTC: BTC, ETH: ETH}
        if typed.upper() not in known:
            raise Refusal(f"No market {typed}", rows((key("BTC", ask(BTC)),)))
        return known[typed.upper()], None

    async def view(self, symbol: str, window: str = "all", venue: str | None = None) -> Snapshot:
        raise Refusal("no data")

    async def view_at(
        self, symbol: str, at_ms: int, window: str = "all", venue: str | None = None
    ) -> Snapshot:
        return await self.view(symbol, window, venue)

    async def heat(self, shown: Snapshot, window: str) -> HeatHistory:
        raise AssertionError("nothing to recall")

    async def window_maps(
        self, symbol: str, windows: Sequence[str], venue: str | None = None
    ) -> tuple[LiquidationMap, ...]:
        found = []
        for window in windows:
            with suppress(Refusal):
                found.append((await self.view(symbol, window, venue)).found)
        return tuple(found)

    async def last_day(self, shown: Snapshot) -> Replay:
        raise AssertionError("nothing to recall")

    async def replay(self, day: Replay, look: Look) -> bytes:
        raise AssertionError("nothing to draw")

    async def preview(self, symbol: str, rules: RuleSet, zone: str) -> Preview:
        return self.past

    async def threshold_for(self, symbol: str, rules: RuleSet, zone: str) -> float | None:
        return self.threshold

    def pairs_with(self, zone_id: str) -> tuple[str, ...]:
        return ()

    async def origin(self, shown: Snapshot, zone: Zone) -> Origin:
        raise AssertionError("nothing to explain")

    def contracts(self, symbol: str) -> Mapping[str, Contract]:
        return {}

    async def impact(self, symbol: str) -> Impact:
        raise AssertionError("nothing was learned")

    def nearest(self, band: Band) -> NearReport:
        return NearReport((), (), self.now_ms())

    async def landmarks(self, shown: Snapshot) -> tuple[Landmark, ...]:
        return ()

    async def crosschecks(self, shown: Snapshot) -> Crosschecks:
        return Crosschecks()

    async def beliefs(self, shown: Snapshot) -> tuple[Beliefs, ...]:
        raise AssertionError("nothing to believe")

    async def liquidations(self, symbol: str, window: str, venue: str | None = None) -> Report:
        raise AssertionError("nothing was reported")

    async def score(self, symbol: str | None, destination: Destination) -> ScoreReport:
        return ScoreReport(symbol, (), ())

    async def reported_orders(self, shown: Snapshot, history: HeatHistory) -> ReportedOrders:
        return ReportedOrders(0, int(history.stamp_ms[-1]), (), ())

    async def heat_picture(
        self,
        shown: Snapshot,
        history: HeatHistory,
        reported: ReportedOrders,
        drawing: Drawing | None = None,
    ) -> bytes:
        raise AssertionError("nothing to draw")

    async def picture(self, shown: Snapshot, drawing: Drawing | None = None) -> bytes:
        raise AssertionError("nothing to draw")

    def dated_contracts(self, symbol: str) -> tuple[str, ...]:
        return ()

    async def comparison_picture(self, pair: Comparison, drawing: Drawing | None = None) -> bytes:
        raise AssertionError("nothing to draw")

    async def evolution_picture(self, found: Evolution, drawing: Drawing | None = None) -> bytes:
        raise AssertionError("nothing to draw")

    def venue_states(self) -> tuple[VenueStatus, ...]:
        return ()


@dataclass
class ToldMembers:
    """Ada is admin everywhere, Ben nowhere."""

    asked: list[tuple[int, int]] = field(default_factory=list)
    admins: set[int] = field(default_factory=lambda: {ADA})

    async def status(self, chat_id: int, user_id: int) -> str:
        self.asked.append((chat_id, user_id))
        return "creator" if user_id in self.admins else "member"

    async def may_post(self, chat_id: int) -> bool:
        return True

    async def channel_id(self, name: str) -> int:
        return CHANNEL.chat_id


@dataclass
class Scene:
    room: Room

    async def say(
        self, line: str, where: Destination = HOME, kind: str = "private", user: int = ADA
    ) -> Answer:
        command = line.lstrip("/").split(" ")[0]
        return await COMMANDS[command](self.room, Asking(line, where, kind, user))

    async def tap(self, line: str, where: Destination, kind: str, user: int = ADA) -> str:
        return await TAPS[line.split(" ")[0]](self.room, Asking(line, where, kind, user, tapped=7))

    async def turn(self, line: str, where: Destination, kind: str, user: int = ADA) -> Answer:
        return await PANELS[line.split(" ")[0]](self.room, Asking(line, where, kind, user, tapped=7))

    async def ask_by_button(self, line: str, where: Destination, kind: str, user: int = ADA) -> Answer:
        return await COMMANDS[line.split(" ")[0]](self.room, Asking(line, where, kind, user, tapped=7))

    async def terms(self, where: Destination = HOME) -> ChatTerms:
        async with self.room.database.read() as tx:
            return await chat_terms.get(tx, where)

    async def rules(self, where: Destination = HOME) -> dict[str, tuple[float, Band]]:
        async with self.room.database.read() as tx:
            found = await subscriptions.of_destination(tx, where)
        return {one.symbol: (one.rules.reach.percent or 0.0, one.rules.band) for one in found}

    async def only(self, where: Destination) -> Subscription:
        async with self.room.database.read() as tx:
            (found,) = await subscriptions.of_destination(tx, where)
        return found
