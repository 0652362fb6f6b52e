"""What a caption says: every sentence and sentence part, with named places for what differs.

One instance a language; a place in braces stands for a text that is ready, written by its numerals.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.side import Side
from bot.liquidation.zone import Band
from bot.wording.languages.numerals import Numerals


@dataclass(frozen=True)
class SidePhrases:
    """Of longs, which lie below price and are sold when it falls; of shorts, the reverse."""

    plural: str
    headline: str  # of the list of its zones: side, direction, order
    away: str  # a zone of this side, in a conclusion
    away_weak: str  # the same with its band, where that is not dense
    none: str  # no dense zone on this side, at the end of a conclusion
    only: str  # a selection of this side
    steepest: str
    gap: str
    swept: str
    total: str  # what was reported of it
    move: str
    further_move: str
    wire: str  # the claim of the news wire
    wire_next: str  # where another claim stands before it


@dataclass(frozen=True)
class FramePhrases:
    listed: str  # between the parts of a list
    last: str  # before the last part
    comma: str  # between parts of a sentence
    clause: str
    coin_margined: str
    more_venues: str
    more: str
    map_title: str
    heatmap_title: str
    every: str
    every_hour: str
    every_day: str
    shares: str
    missing: str
    trouble: str  # a venue's own words
    short_history: str
    shorter_history: str  # than a window
    loading_history: str
    other_bundle: str
    old_data: str
    left_aside: str  # words that a picture cannot follow
    price: str
    price_alone: str
    expiry: str
    expiry_share: str
    expires_now: str
    expires_in_days: str
    expires_in: str
    disclaimer: str


@dataclass(frozen=True)
class ConclusionPhrases:
    """The first line: the only one that a notification shows."""

    begin: str
    nearest: str
    nearest_alone: str
    nearest_one_sided: str
    inside: str
    inside_and: str
    weak: str
    nothing: str
    empty: str
    no_venue: str


@dataclass(frozen=True)
class ZonePhrases:
    low: str
    medium: str
    high: str
    extreme: str
    inside: str
    intensity: str
    heaviest: str  # instead of the intensity of the one that is 100
    line: str
    none: str
    empty: str
    leverage: str  # a selection
    bands: str


@dataclass(frozen=True)
class ReadingPhrases:
    nearby: str
    nearby_of: str  # where one side is selected
    imbalance: str
    opened: str
    last_day: str
    that_week: str
    that_month: str
    before: str
    loading: str


@dataclass(frozen=True)
class DataPhrases:
    stale: str
    age: str
    ages: str
    late_one: str
    late_many: str
    late_interest: str
    late_data: str
    named: str  # a name with what is said of it
    doubt: str
    left_out: str
    left_out_line: str
    dispute: str
    no_venue: str


@dataclass(frozen=True)
class CrosscheckPhrases:
    funding: str
    longs_pay: str
    shorts_pay: str
    nobody_pays: str
    rate: str
    accounts: str
    holds: str
    week_high: str
    week_low: str
    day_high: str
    day_low: str
    swing_high: str
    swing_low: str
    round_number: str
    book: str
    short_book: str


@dataclass(frozen=True)
class WirePhrases:
    sentence: str
    nothing: str
    late: str
    bars: str


@dataclass(frozen=True)
class PastPhrases:
    """Of a map as it was."""

    name: str
    note: str


@dataclass(frozen=True)
class HeatPhrases:
    alone: str  # under a map that was asked for with what only heatmaps have
    colour: str
    streaks: str
    known: str
    dots: str
    dots_of: str  # one venue
    dots_since: str  # one that was listened to for a part of the time
    at_least: str
    no_dots: str
    overlays: str
    volume: str
    average: str


@dataclass(frozen=True)
class ComparePhrases:
    title: str
    versus: str
    above: str
    below: str
    level: str
    yearly: str
    denser: str  # in the share of its own open positions
    alike: str
    against: str  # the two shares
    on_venues: str
    ratio: str
    apart: str
    axis: str


@dataclass(frozen=True)
class EvolutionPhrases:
    title: str
    window: str
    window_of: str  # where one side is selected
    zone: str
    opened: str
    older: str
    not_covered: str
    given: str  # where a window was asked for


@dataclass(frozen=True)
class ReplayPhrases:
    title: str
    conclusion: str
    change: str
    unchanged: str
    swept: str
    none_swept: str
    path: str
    frames: str
    given: str  # where another time was asked for


@dataclass(frozen=True)
class Phrases:
    room: int  # visible UTF-16 units that a caption may take
    numerals: Numerals
    longs: SidePhrases
    shorts: SidePhrases
    frame: FramePhrases
    conclusion: ConclusionPhrases
    zones: ZonePhrases
    reading: ReadingPhrases
    data: DataPhrases
    checks: CrosscheckPhrases
    wire: WirePhrases
    past: PastPhrases
    heat: HeatPhrases
    compare: ComparePhrases
    evolution: EvolutionPhrases
    replay: ReplayPhrases

    def of(self, side: Side) -> SidePhrases:
        return self.longs if side is Side.LONG else self.shorts

    def band(self, band: Band) -> str:
        return (self.zones.low, self.zones.medium, self.zones.high, self.zones.extreme)[band]

    def joined(self, parts: list[str]) -> str:
        """ "a, b and c"."""
        *others, last = parts or [""]
        return self.frame.listed.join(others) + self.frame.last + last if others else last
