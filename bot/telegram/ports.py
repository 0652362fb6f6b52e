"""What this room is handed of the others; `app.py` hands it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

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
from bot.store.destination import Destination
from bot.wording.liquidations_text import Report
from bot.wording.near_text import NearReport
from bot.wording.score_text import ScoreReport
from bot.wording.status import VenueStatus


class Listed(Protocol):
    @property
    def suggestions(self) -> tuple[str, ...]:
        """Pairs to offer where none was named."""
        ...

    def find(self, typed: str, ask: Callable[[str], str]) -> tuple[str, str | None]:
        """Symbol and perhaps venue; raises Refusal with buttons that carry `ask(symbol)`."""
        ...


class Maps(Listed, Protocol):
    """What several maps beside each other need."""

    async def view(self, symbol: str, window: str = ..., venue: str | None = None) -> Snapshot:
        """Raises Refusal."""
        ...

    def dated_contracts(self, symbol: str) -> tuple[str, ...]:
        """Dated contracts of the same coin and margin that are listed now, the nearest expiry first."""
        ...

    async def window_maps(
        self, symbol: str, windows: Sequence[str], venue: str | None = None
    ) -> tuple[LiquidationMap, ...]:
        """Of those of the windows that are covered, in their order; raises Refusal without any map."""
        ...

    async def crosschecks(self, shown: Snapshot) -> Crosschecks:
        """What else is known around the map; what does not come at once is left out."""
        ...


class Market(Maps, Protocol):
    def now_ms(self) -> int:
        """Market time."""
        ...

    @property
    def speed(self) -> float:
        """Of market time; 1 but beside a sandbox."""
        ...

    @property
    def watched(self) -> tuple[str, ...]: ...

    async def view_at(self, symbol: str, at_ms: int, window: str = ..., venue: str | None = None) -> Snapshot:
        """The map as it was at that moment, which is the snapshot's `now_ms`; raises Refusal."""
        ...

    async def heat(self, shown: Snapshot, window: str) -> HeatHistory:
        """What was open on the map's venues while a window of WINDOWS passed, of the map's selection; raises
        Refusal where none of them covers it."""
        ...

    async def last_day(self, shown: Snapshot) -> Replay:
        """Of the map's selection, on those of its venues that are known for a day; raises Refusal where none
        is."""
        ...

    async def replay(self, day: Replay, look: Look) -> bytes:
        """As GIF."""
        ...

    def pairs_with(self, zone_id: str) -> tuple[str, ...]:
        """Watched symbols that have a zone of this name now: names are given per pair."""
        ...

    async def origin(self, shown: Snapshot, zone: Zone) -> Origin:
        """Where the zone comes from, on the venues of the map."""
        ...

    async def beliefs(self, shown: Snapshot) -> tuple[Beliefs, ...]:
        """What is believed of the pair on each venue of the map, in its order."""
        ...

    async def preview(self, symbol: str, rules: RuleSet, zone: str) -> Preview:
        """What rules would have told in the last days; `zone` is the chat's, by its IANA name."""
        ...

    async def threshold_for(self, symbol: str, rules: RuleSet, zone: str) -> float | None:
        """The least percentile of zones that keeps rules to their budget; None where no past is known."""
        ...

    def contracts(self, symbol: str) -> Mapping[str, Contract]:
        """By venue, with the margin tables that new positions are placed by."""
        ...

    async def liquidations(self, symbol: str, window: str, venue: str | None = None) -> Report:
        """What venues reported of the pair in the last hour and in a window of WINDOWS; raises Refusal."""
        ...

    async def impact(self, symbol: str) -> Impact:
        """How far price went after it entered zones of this pair; raises Refusal without a map."""
        ...

    def nearest(self, band: Band) -> NearReport:
        """Every watched pair's nearest zone of this band and up."""
        ...

    async def score(self, symbol: str | None, destination: Destination) -> ScoreReport:
        """How alerts did, of a pair or of all; raises Refusal."""
        ...

    async def landmarks(self, shown: Snapshot) -> tuple[Landmark, ...]:
        """Extremes of the past; none where they do not come at once."""
        ...

    async def reported_orders(self, shown: Snapshot, history: HeatHistory) -> ReportedOrders:
        """What the venues of a heatmap reported in its time, of the sides that are shown: its dots."""
        ...

    async def heat_picture(
        self, shown: Snapshot, history: HeatHistory, reported: ReportedOrders, drawing: Drawing = ...
    ) -> bytes:
        """The heatmap as PNG, with what was reported."""
        ...

    async def picture(self, shown: Snapshot, drawing: Drawing = ...) -> bytes:
        """The map as PNG."""
        ...

    async def comparison_picture(self, pair: Comparison, drawing: Drawing = ...) -> bytes:
        """Two maps on one percent axis as PNG."""
        ...

    async def evolution_picture(self, found: Evolution, drawing: Drawing = ...) -> bytes:
        """One pair's windows under each other as PNG."""
        ...

    def venue_states(self) -> tuple[VenueStatus, ...]: ...
