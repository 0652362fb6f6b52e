"""The product of fault x venue x series, from the sandbox's own tables, and what is expected of each cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bot.sandbox.fault_kinds import ANSWER, EXCHANGE_KINDS, EXCHANGES
from bot.sandbox.market.series import (
    BOOK,
    CANDLES,
    FUNDING,
    LIQUIDATIONS,
    LISTINGS,
    LONG_SHORT,
    MARK_PRICE,
    OPEN_INTEREST,
    TIME,
)


class Outcome(Enum):
    """Of the venue that has the fault, while it lasts."""

    GOES_ON = "all its series stay fresh and right"
    LATE = "what the fault touches becomes late"
    MAY_WAIT = "fresh or late, as its requests happen to fall; late with a reason"
    NOT_BELIEVED = "its price is off the others', and it is left out of the map"
    HELD = "its open interest is not believed, and the last one that was stays"


# What a warm venue asks for over HTTP, as far as its share of the map rests on it. Streams tell the rest.
ASKED = {
    "binance": {OPEN_INTEREST},
    "okx": set[str](),
    "bybit": set[str](),
    # Its tickers tell four series at once and have no time of their own.
    "gate": {CANDLES, MARK_PRICE, OPEN_INTEREST, FUNDING, TIME},
}
# Also asked for, and nothing rests on it: but a refusal of any request has the whole venue left alone.
ASIDE = {LISTINGS, FUNDING, LONG_SHORT, BOOK, TIME, LIQUIDATIONS, MARK_PRICE, OPEN_INTEREST}
REFUSALS = {"rate_limited", "banned", "blocked", "maintenance"}
STANDING = {CANDLES, OPEN_INTEREST, MARK_PRICE}  # that a map or an alert rests on

# What stands still and carries a stamp of now cannot be told from what did not change.
UNSEEN = {
    ("bybit", "stale", MARK_PRICE),
    ("bybit", "stale", OPEN_INTEREST),
    ("gate", "stale", MARK_PRICE),
    ("gate", "stale", OPEN_INTEREST),
}


@dataclass(frozen=True)
class Cell:
    venue: str
    kind: str
    series: str | None

    @property
    def id(self) -> str:
        return "-".join(word for word in (self.venue, self.kind, self.series) if word)

    @property
    def touches_interest_alone(self) -> bool:
        return self.kind == "interest_spike" or self.series == OPEN_INTEREST

    @property
    def is_of_sockets(self) -> bool:
        """Streams have their time to be missed before HTTP takes their place."""
        return self.kind.startswith("socket_")

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody may wait on the wall for an answer that comes late or never."""
        return self.kind in ("latency", "silence", "socket_frozen")

    @property
    def outcome(self) -> Outcome:
        if EXCHANGE_KINDS[self.kind].series == ANSWER.series:
            return self._unanswered()
        if (self.venue, self.kind, self.series) in UNSEEN:
            return Outcome.GOES_ON
        return _told_wrong(self.kind, self.series)

    def _unanswered(self) -> Outcome:
        asked = ASKED[self.venue]
        if self.kind == "latency":
            return Outcome.MAY_WAIT if asked else Outcome.GOES_ON
        if self.series in asked or (self.series is None and asked):
            return Outcome.LATE
        is_refused = self.kind in REFUSALS and self.series in ASIDE
        return Outcome.MAY_WAIT if asked and is_refused else Outcome.GOES_ON


def _told_wrong(kind: str, series: str | None) -> Outcome:
    match kind, series:
        case "stale", None | "candles" | "open_interest" | "mark_price":
            return Outcome.LATE
        case "gap", None | "candles":
            return Outcome.LATE
        case "spike", None | "mark_price":
            return Outcome.NOT_BELIEVED
        case "interest_spike", _:
            return Outcome.HELD
        case (("delisted" | "newly_listed"), _):
            return Outcome.MAY_WAIT
        case _:
            return Outcome.GOES_ON


# Nothing is left out: a kind that takes no series has one cell for each venue, and a kind that must be aimed
# at a contract is aimed at the pair's.
CELLS = tuple(
    Cell(venue, name, series)
    for venue in EXCHANGES
    for name, kind in EXCHANGE_KINDS.items()
    for series in (None, *kind.series)
)


def sample() -> Iterator[Cell]:
    """Each kind once, venues and series in turn, among the cells in which the venue does not just go on."""
    for place, kind in enumerate(EXCHANGE_KINDS):
        cells = [cell for cell in CELLS if cell.kind == kind]
        telling = [cell for cell in cells if cell.outcome is not Outcome.GOES_ON] or cells
        venues = list(dict.fromkeys(cell.venue for cell in telling))
        own = [cell for cell in telling if cell.venue == venues[place % len(venues)]]
        yield own[place % len(own)]
