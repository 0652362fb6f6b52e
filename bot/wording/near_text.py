"""/near: watched pairs by the distance to their nearest dense zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.zone import Band, Zone
from bot.wording.buttons import Keyboard, in_rows, key, rows
from bot.wording.escape import escaped
from bot.wording.numbers import clock_text, exact_percent_text, price_text, range_text, signed_percent_text
from bot.wording.pair import pair_name
from bot.wording.sides import WORDS

MOST_BUTTONS = 8
MOST_LEFT_OUT = 6


@dataclass(frozen=True)
class NearPair:
    symbol: str
    zone: Zone
    price: float
    hourly_range: float
    tick_size: float

    @property
    def distance(self) -> float:
        """Signed fraction of price; 0 inside."""
        return self.zone.distance(self.price)


@dataclass(frozen=True)
class NearReport:
    pairs: tuple[NearPair, ...]  # nearest first
    left_out: tuple[tuple[str, str], ...]  # symbol and why, a sentence part
    now_ms: int

    def within(self, distance: float | None) -> tuple[NearPair, ...]:
        """Those no farther than a fraction of price, where one is said."""
        return tuple(one for one in self.pairs if distance is None or abs(one.distance) <= distance + 1e-9)


def near_text(report: NearReport, band: Band, count: int, within: float | None) -> str:
    """At most `count` pairs, none farther than `within` where it is said."""
    found = report.within(within)
    bands = f"{band.word}{'' if band is Band.EXTREME else ' or higher'}"
    limit = f" within {exact_percent_text(within)}" if within is not None else ""
    title = f"<b>Nearest zones{limit}, {bands}</b> ({clock_text(report.now_ms)})"
    lines = [_line(one) for one in found[:count]] or [_none(report, bands, limit)]
    more = [f"{len(found) - count} more are farther off."] if len(found) > count else []
    return "\n".join([title, *lines, *more, *_left_out(report.left_out)])


def near_keyboard(report: NearReport, count: int, within: float | None) -> Keyboard:
    found = report.within(within)[: min(count, MOST_BUTTONS)]
    keys = [key(f"🔔 {pair_name(one.symbol)}", f"subscribe {one.symbol}") for one in found]
    return rows(*in_rows(keys, 2))


def _line(one: NearPair) -> str:
    zone, words = one.zone, WORDS[one.zone.side]
    stretch = range_text(zone.low, zone.high, one.tick_size)
    name = f"{words.mark} <b>{pair_name(one.symbol)}</b> {price_text(one.price, one.tick_size)}"
    what = f"{escaped(zone.id, 12)} {stretch} ({words.plural}, {zone.band.word})"
    if zone.contains(one.price):
        return f"{name}: inside {what} now"
    ranges = f", {abs(one.distance) / one.hourly_range:.1f} ATR" if one.hourly_range > 0 else ""
    return f"{name}: {signed_percent_text(one.distance)}{ranges} to {what}"


def _none(report: NearReport, bands: str, limit: str) -> str:
    if not report.pairs and not report.left_out:
        return "No pair is watched yet. /subscribe BTC has one watched."
    return f"No watched pair has a zone that is {bands}{limit} now."


def _left_out(left_out: Sequence[tuple[str, str]]) -> list[str]:
    if not left_out:
        return []
    named = [f"{pair_name(symbol)} ({escaped(reason)})" for symbol, reason in left_out[:MOST_LEFT_OUT]]
    more = f" and {len(left_out) - MOST_LEFT_OUT} more" if len(left_out) > MOST_LEFT_OUT else ""
    return [f"Left out: {', '.join(named)}{more}."]
