"""What the rules decided: what is told, what is held and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.rules.kinds import Kind


class Reason(StrEnum):
    """Why something is told now."""

    FIRST = "first"
    REARMED = "re-armed"  # price had been away in between
    ESCALATED = "escalated"  # the same, but worse
    REPEATED = "repeated"  # still so, after the cooldown
    ENDED = "ended"  # a burst is over, a gap is left


class Hold(StrEnum):
    """Why something that is so is not told."""

    HYSTERESIS = "hysteresis"  # price has not been away since it was told
    COOLDOWN = "cooldown"
    QUIET_HOURS = "quiet hours"
    BUDGET = "budget"
    SNOOZE = "snooze"
    STALE = "stale data"


# What the chat learns of later, in its digest; the others are one alert going on.
DIGESTED = frozenset({Hold.QUIET_HOURS, Hold.BUDGET, Hold.SNOOZE})


@dataclass(frozen=True)
class Telling:
    """One thing worth saying. `low` and `high` are the stretch of price it is about."""

    kind: Kind
    topic: str  # names the matter within its subscription, e.g. "near:Z42"
    reason: Reason
    price: float  # mark price at that moment
    at_ms: int  # market time
    low: float
    high: float
    hourly_range: float
    side: Side | None = None  # None where it is about both
    zone: Zone | None = None
    distance: float = 0.0  # signed fraction of price to the near edge; 0 inside
    inside: bool = False
    amount_base: float = 0.0  # realised liquidations of a burst, or of a zone that was swept
    at_least: bool = False  # of that amount: a feed leaves orders out
    ratio: float = 0.0  # of a burst, of cover, or the percentile of steepness or of a narrow range
    is_silent: bool = False

    @property
    def episode(self) -> str:
        """The same telling decided twice has the same name."""
        return f"{self.topic} {self.reason.value}@{self.at_ms}"


@dataclass(frozen=True)
class Held:
    telling: Telling
    hold: Hold


@dataclass(frozen=True)
class Terms:
    """How a chat wants to be told at this moment, all pairs together. Times are market time."""

    is_quiet: bool = False  # quiet hours in the chat's own time zone
    snoozed_until_ms: int = 0
    event_until_ms: int = 0  # until then the watch is denser
    spent: int = 0  # alert messages of this local day
    budget: int | None = None  # None: what the rule set says
