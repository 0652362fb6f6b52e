"""What is sent by itself: alerts, one or several in a message."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.zone import Zone
from bot.rules.kinds import Kind
from bot.rules.telling import Telling
from bot.wording.accuracy import LIFTS
from bot.wording.alert_conclusions import conclusion
from bot.wording.escape import CAPTION_LIMIT, escaped, ordinal, visible_length
from bot.wording.expiry_text import expiry_lines
from bot.wording.map_text import DISCLAIMER, venue_lines
from bot.wording.numbers import (
    age_text,
    moment_text,
    price_text,
    rough_text,
)
from bot.wording.pair import (
    base_of,
    money_band_text,
    pair_name,
)
from bot.wording.quality_text import data_lines
from bot.wording.sides import WORDS

PROMISE = (
    "Not a forecast: price reaches a zone hardly more often than any other level as near. "
    "What is estimated is how much would be force-closed if it does."
)
# What is said of price ahead, and so needs the promise.
AHEAD = frozenset({Kind.NEAR, Kind.ENTERED, Kind.NEW, Kind.STEEP, Kind.THIN, Kind.NARROW})
URGENCY = (
    *(Kind.GAP, Kind.NARROW, Kind.NEW, Kind.RETURNED, Kind.STEEP, Kind.THIN),
    *(Kind.NEAR, Kind.ENTERED, Kind.SWEPT, Kind.BURST),
)  # rising
MOST_NAMES = 12
GRADE_ROOM = 130  # letters of a caption that stay free for how it turned out
ROOM = 600  # letters of a caption that the lines of several alerts may take


@dataclass(frozen=True)
class AlertWords:
    """What one alert says, alone and among others."""

    full: str
    line: str
    rank: float  # the highest speaks first


def alert_words(
    symbol: str,
    telling: Telling,
    found: LiquidationMap,
    *,
    code: str,
    now_ms: int,
    tick_size: float,
    note: str = "",
) -> AlertWords:
    """First line: how far, which side, which way. The price is the one at which the rule fired.

    `note` is what its kind has to say of itself, as far as there is room.
    """
    said = conclusion(symbol, telling, tick_size)
    mark = WORDS[telling.side].mark if telling.side is not None else "·"
    start = f"{pair_name(symbol)} {price_text(telling.price, tick_size)}"
    head = [
        f"<b>{start}: {said.claim}</b>",
        f"{mark} {said.consequence}",
        "",
        *_zone_facts(symbol, telling.zone),
        f"Price {price_text(telling.price, tick_size)} (mark, {moment_text(telling.at_ms, now_ms)})",
    ]
    rests_on = [*venue_lines(found), *expiry_lines(found, now_ms), *data_lines(found, now_ms)]
    promise = ["", promise_of(telling.kind)] if telling.kind in AHEAD else []
    tail = ["", f"<i>{DISCLAIMER}</i>", _code_text(code)]
    line = f"{mark} <b>{pair_name(symbol)}</b> {said.claim} {_code_text(code)}"
    full = _as_much_as_fits(head, rests_on, promise, ["", note] if note else [], tail)
    return AlertWords(full, line, _rank(telling))


def promise_of(kind: Kind) -> str:
    """What was measured of such alerts, and no more."""
    if kind not in LIFTS:
        return PROMISE
    return f"{PROMISE} On invented markets that was {LIFTS[kind]} what it was at like levels."


def _as_much_as_fits(
    head: Sequence[str],
    rests_on: Sequence[str],
    promise: Sequence[str],
    note: Sequence[str],
    tail: Sequence[str],
) -> str:
    """The note goes first where a caption is short, then what the data is like, from its end."""
    forms = [(rests_on, note), *((rests_on[:count], []) for count in range(len(rests_on), -1, -1))]
    for facts, said in forms:
        whole = "\n".join([*head, *facts, *promise, *said, *tail])
        if visible_length(whole) <= CAPTION_LIMIT - GRADE_ROOM:
            break
    return whole


def several_text(lines: Sequence[str], symbols: Sequence[str], at_ms: int, now_ms: int) -> str:
    """One message about several alerts, worst first: `lines` of AlertWords, and whose they are."""
    count = len(dict.fromkeys(symbols))
    head = f"<b>{len(lines)} alerts on {count} pairs</b>" if count > 1 else f"<b>{len(lines)} alerts</b>"
    shown = _fitting(lines)
    foot = f"Since {moment_text(at_ms, now_ms)}, worst first; the picture shows the first."
    rest = _left_out(len(lines) - len(shown), symbols[len(shown) :])
    return "\n".join([head, "", *shown, *rest, "", foot, f"<i>{DISCLAIMER}</i>"])


def _fitting(lines: Sequence[str]) -> Sequence[str]:
    """The first, and as many more as there is room for."""
    lengths = itertools.accumulate(len(line) for line in lines)
    return lines[: max(1, sum(length <= ROOM for length in lengths))]


def _left_out(count: int, symbols: Sequence[str]) -> list[str]:
    if not count:
        return []
    names = [pair_name(symbol) for symbol in dict.fromkeys(symbols)]
    more = ", …" if len(names) > MOST_NAMES else ""
    return [f"… and {count} more: {', '.join(names[:MOST_NAMES])}{more}"]


def _code_text(code: str) -> str:
    return f"#{escaped(code.lstrip('#'), 12)}"


def _rank(telling: Telling) -> float:
    """What forces orders now before what may; then by size, then by distance."""
    size = telling.zone.percentile if telling.zone is not None else 50.0
    return 1000.0 * URGENCY.index(telling.kind) + size - 100.0 * abs(telling.distance)


def _zone_facts(symbol: str, zone: Zone | None) -> list[str]:
    if zone is None:
        return []
    amount = f"≈{rough_text(zone.mass_base)} {base_of(symbol)}"
    return [
        f"{zone.band.word}: {ordinal(round(zone.percentile))} percentile of its zones in up to 30 days"
        f" · {amount} ({money_band_text(symbol, zone.mass_base * zone.peak)})"
    ]


def late_note(late_ms: int, is_alert: bool) -> str:
    """For what waited: an alert says what was true when it fired; before a caption, whose language nobody
    knows any more, only by how much it is late."""
    if not is_alert:
        return f"⏱ +{age_text(late_ms)}"
    return f"Sent {age_text(late_ms)} late: this was true when it fired, price may have moved since."
