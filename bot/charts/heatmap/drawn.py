"""The numbers a heatmap's picture is drawn from, all of them and nothing else; they go to JSON and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.charts.facts import Facts, facts_of
from bot.charts.heatmap.price_rows import in_rows, row_edges, volume_in_rows
from bot.charts.heatmap.streaks import Streak, swept_streaks
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.reported_orders import ReportedOrders
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.look import Drawing, Overlay

Floats = NDArray[np.float64]

DARK_PERCENTILES = (30, 50, 70, 82, 92)  # by contrast: cells up to there stay dark
DARKEST = (0.1, 0.2, 0.35, 0.5, 0.65)  # of the most: what is more never does, however much of it there is
BRIGHT = 0.16  # of the way from dark to the most: such a streak's end is marked
TAGS, ROWS_APART = 3, 4
MOST_CANDLES = 60
AVERAGED = 20  # columns


@dataclass(frozen=True)
class CandleDrawn:
    first: int  # column
    last: int  # column, of it too
    open: float
    high: float
    low: float
    close: float


@dataclass(frozen=True)
class RowTag:
    """One of the brightest rows of what is still open, or the zone that holds it."""

    zone: str  # its id, empty where no zone holds the row
    side: Side
    low: float
    high: float
    distance: float  # signed fraction of the price to the near edge; 0 inside
    amount: float  # quote currency


@dataclass(frozen=True)
class Dot:
    """A liquidation that a venue reported."""

    stamp_ms: int
    side: Side
    price: float
    amount: float  # quote currency


@dataclass(frozen=True)
class HeardVenue:
    venue: str
    is_lower_bound: bool  # its feed leaves orders out, or nobody listened all the time
    heard_from_ms: int
    longs: float  # quote currency
    shorts: float


@dataclass(frozen=True)
class HeatDrawn:
    """Raises ValueError for numbers that are no heatmap."""

    facts: Facts
    span_ms: int
    stamp_ms: tuple[int, ...]  # ends of the columns
    known_from_ms: int
    edges: tuple[float, ...]  # round prices, one more than there are rows
    longs: tuple[tuple[float, ...], ...]  # by row and column, quote currency at the present price
    shorts: tuple[tuple[float, ...], ...]
    shows_longs: bool
    shows_shorts: bool
    dark: float  # up to so much is drawn as nothing
    most: float  # the most in any cell, the brightest colour; 0 where there is nothing
    candles: tuple[CandleDrawn, ...]
    tags: tuple[RowTag, ...]  # brightest first
    swept: tuple[Streak, ...]
    dots: tuple[Dot, ...]
    heard: tuple[HeardVenue, ...]
    volume: tuple[float, ...]  # by row, 1 for the most; empty where it is not drawn
    average: tuple[float | None, ...]  # of AVERAGED closes, by column; empty where it is not drawn

    def __post_init__(self) -> None:
        if not all(low < high for low, high in pairwise(self.edges)) or len(self.edges) < 2:
            raise ValueError("its price rows do not ascend")
        if not 0 < self.edges[0] <= self.price <= self.edges[-1]:
            raise ValueError("its price is outside its rows")
        if not self.stamp_ms or not all(one < other for one, other in pairwise(self.stamp_ms)):
            raise ValueError("its columns do not ascend")
        rows, columns = len(self.edges) - 1, len(self.stamp_ms)
        for cells in (self.longs, self.shorts):
            if len(cells) != rows or any(len(row) != columns for row in cells):
                raise ValueError("it has not a cell for every row and column")
        if len(self.volume) not in (0, rows) or len(self.average) not in (0, columns):
            raise ValueError("an overlay does not fit")
        if any(not 0 <= candle.first <= candle.last < columns for candle in self.candles):
            raise ValueError("a candle is outside its columns")

    @property
    def price(self) -> float:
        return self.facts.price

    def shows(self, side: Side) -> bool:
        return self.shows_longs if side is Side.LONG else self.shows_shorts

    @property
    def begin_ms(self) -> int:
        return self.stamp_ms[0] - self.span_ms

    @property
    def unknown(self) -> int:
        """Columns at the left of which nothing is known."""
        return sum(stamp_ms < self.known_from_ms for stamp_ms in self.stamp_ms)

    @property
    def cells(self) -> Floats:
        """Both sides, shape (rows, columns)."""
        return np.asarray(np.add(self.longs, self.shorts), dtype=np.float64)

    def levels(self) -> Floats:
        """How bright each cell is, 0..1, shape (rows, columns)."""
        return brightness(self.cells, self.dark, self.most)

    def open_now(self, side: Side) -> tuple[float, ...]:
        """By row, what is still open: the last column."""
        return tuple(row[-1] for row in (self.longs if side is Side.LONG else self.shorts))


def brightness(value: Floats, dark: float, most: float) -> Floats:
    """0 up to `dark`, then the square root up to 1 for the most: few cells are bright, faint ones show."""
    if most <= dark:
        return np.array(value >= most, dtype=np.float64) if most > 0 else np.zeros_like(value)
    return np.asarray(np.sqrt(np.clip((value - dark) / (most - dark), 0.0, 1.0)))


def heat_drawn(
    shown: Snapshot, history: HeatHistory, reported: ReportedOrders, drawing: Drawing, handle: str = ""
) -> HeatDrawn:
    price = shown.found.price
    rows = row_edges(history, price, shown.tick_size)
    quantity = in_rows(history, rows, price) * price
    longs, shorts = (_rounded(quantity[side]) for side in Side)
    both = longs + shorts
    dark, most = _scale(both[:, history.stamp_ms >= history.known_from_ms], drawing.contrast)
    side = shown.selection.side
    return HeatDrawn(
        facts=_facts(shown, history, handle),
        span_ms=history.span_ms,
        stamp_ms=tuple(history.stamp_ms.tolist()),
        known_from_ms=history.known_from_ms,
        edges=tuple(rows.tolist()),
        longs=_table(longs),
        shorts=_table(shorts),
        shows_longs=side is not Side.SHORT,
        shows_shorts=side is not Side.LONG,
        dark=dark,
        most=most,
        candles=_candles(history.candles),
        tags=_tags(shown, history, rows, (longs[:, -1], shorts[:, -1])),
        swept=swept_streaks(both, rows, history, dark + BRIGHT * (most - dark)),
        dots=_dots(reported, history, rows, side),
        heard=_heard(reported),
        volume=_volume(history, rows) if Overlay.VOLUME in drawing.overlays else (),
        average=_average(history.candles[:, 3]) if Overlay.AVERAGE in drawing.overlays else (),
    )


def _facts(shown: Snapshot, history: HeatHistory, handle: str) -> Facts:
    """Of the venues that the heat is of; others of the map are missing in it."""
    found = shown.found
    left_out = [share.venue for share in found.venues if share.venue not in history.venues]
    there = replace(found.only(history.venues), missing=(*found.missing, *left_out))
    return replace(facts_of(replace(shown, found=there), handle), window=history.window)


def _scale(known: Floats, contrast: int) -> tuple[float, float]:
    """What stays dark, and the most."""
    if not known.size or not known.max() > 0:
        return 0.0, 0.0
    most = float(known.max())
    dark = float(np.percentile(known, DARK_PERCENTILES[contrast - 1]))
    return min(dark, DARKEST[contrast - 1] * most), most


def _rounded(values: Floats) -> Floats:
    """Four digits: more than is known, and enough for sums."""
    scale = 10.0 ** (3 - np.floor(np.log10(np.where(values > 0, values, 1.0))))
    return np.where(values > 0, np.round(values * scale) / scale, 0.0)


def _table(values: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in values.tolist())


def _candles(told: Floats) -> tuple[CandleDrawn, ...]:
    """As many columns a candle as keep it wide enough to be seen."""
    together = math.ceil(len(told) / MOST_CANDLES)
    found = []
    for first in range(0, len(told), together):
        part = told[first : first + together]
        part = part[~np.isnan(part).any(axis=1)]
        if len(part):
            last = min(first + together, len(told)) - 1
            numbers = (part[0, 0], part[:, 1].max(), part[:, 2].min(), part[-1, 3])
            found.append(CandleDrawn(first, last, *map(float, numbers)))
    return tuple(found)


def _tags(
    shown: Snapshot, history: HeatHistory, rows: Floats, now: tuple[Floats, Floats]
) -> tuple[RowTag, ...]:
    """The brightest rows that are not near a brighter one, nor near a zone that holds one."""
    found: list[RowTag] = []
    amounts, room = now[0] + now[1], ROWS_APART * float(rows[1] - rows[0])
    for row in np.argsort(-amounts, kind="stable").tolist():
        if len(found) == TAGS or not amounts[row] > 0:
            break
        side = Side.LONG if now[Side.LONG][row] >= now[Side.SHORT][row] else Side.SHORT
        tag = _tag(shown, history, side, (float(rows[row]), float(rows[row + 1])), float(amounts[row]))
        if all(tag.low - other.high >= room or other.low - tag.high >= room for other in found):
            found.append(tag)
    return tuple(found)


def _tag(
    shown: Snapshot, history: HeatHistory, side: Side, row: tuple[float, float], amount: float
) -> RowTag:
    """A zone is told with all that the map has in it, also where it is higher than the heatmap."""
    price, zone = shown.found.price, _zone_at(shown.zones, side, row)
    if zone is not None:
        found = shown.found.only(history.venues)
        held = found.mass_to(side, zone.far_edge) - found.mass_to(side, zone.near_edge)
        return RowTag(zone.id, side, zone.low, zone.high, zone.distance(price), held * zone.peak)
    near = max(row[0], price) if side is Side.SHORT else min(row[1], price)
    return RowTag("", side, *row, near / price - 1, amount)


def _zone_at(zones: Sequence[Zone], side: Side, row: tuple[float, float]) -> Zone | None:
    """The zone that holds the most of the row."""
    low, high = row
    held = [(min(zone.high, high) - max(zone.low, low), zone) for zone in zones if zone.side is side]
    most, zone = max(held, key=lambda one: one[0], default=(0.0, None))
    return zone if most > 0 else None


def _dots(reported: ReportedOrders, history: HeatHistory, rows: Floats, side: Side | None) -> tuple[Dot, ...]:
    """Those that the picture has room for, largest first."""
    begin_ms, end_ms = int(history.stamp_ms[0]) - history.span_ms, int(history.stamp_ms[-1])
    return tuple(
        Dot(one.stamp_ms, one.side, one.price, one.amount)
        for one in reported.largest
        if begin_ms <= one.stamp_ms <= end_ms
        and rows[0] <= one.price <= rows[-1]
        and side in (None, one.side)
    )


def _heard(reported: ReportedOrders) -> tuple[HeardVenue, ...]:
    whole_ms = reported.end_ms - reported.begin_ms
    return tuple(
        HeardVenue(
            one.venue, one.feed.is_lower_bound or one.heard_ms < whole_ms, one.heard_from_ms, *one.amounts
        )
        for one in reported.venues
    )


def _volume(history: HeatHistory, rows: Floats) -> tuple[float, ...]:
    volume = volume_in_rows(history, rows)
    return tuple(np.round(volume / volume.max(), 4).tolist()) if volume.max() > 0 else ()


def _average(close: Floats) -> tuple[float | None, ...]:
    """None where one of the closes is not known."""
    found: list[float | None] = [None] * len(close)
    for column in range(AVERAGED - 1, len(close)):
        mean = float(close[column - AVERAGED + 1 : column + 1].mean())
        found[column] = None if math.isnan(mean) else mean
    return tuple(found)
