"""What stands around price when a trading session opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band, Zone
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.rules.rule_set import RuleSet
from bot.rules.sessions import Session
from bot.wording.buttons import MOST_MAPS, Keyboard, in_rows, key, map_line, rows
from bot.wording.escape import escaped
from bot.wording.local_time import local_text
from bot.wording.map_text import DISCLAIMER
from bot.wording.numbers import age_text, percent_text, price_text, range_text
from bot.wording.pair import pair_name
from bot.wording.quality_text import data_lines
from bot.wording.rules_text import bands_text
from bot.wording.settings_text import SESSION_NAMES
from bot.wording.sides import WORDS
from bot.wording.terms_buttons import settings_key

MOST_PAIRS = 10
MOST_EVENTS = 4
LATE_MS = 2 * 60_000  # an opening that long ago is said so

# What is worth a word of a zone, the most telling first; that one shrinks or moves is mostly our own model.
EVENTS = {
    ZoneEventKind.RETURNED: "swept and returned through",
    ZoneEventKind.SWEPT: "swept",
    ZoneEventKind.ENTERED: "entered",
    ZoneEventKind.BORN: "new",
    ZoneEventKind.GREW: "grew",
    ZoneEventKind.FADED: "faded",
}


@dataclass(frozen=True)
class Opening:
    session: Session
    at_ms: int
    since: Session  # the session that opened before
    since_ms: int


@dataclass(frozen=True)
class PairNews:
    symbol: str
    rules: RuleSet
    shown: Snapshot | None  # None where there is no map
    events: Sequence[ZoneEvent]  # since the session before opened


def session_keyboard(symbols: Sequence[str]) -> Keyboard:
    maps = [key(f"Map {pair_name(one)}", map_line(one)) for one in symbols[:MOST_MAPS]]
    return rows(*in_rows(maps, 2), (settings_key(""),))


def session_text(opening: Opening, pairs: Sequence[PairNews], now_ms: int, zone: str) -> str:
    ago = now_ms - opening.at_ms
    late = f", {age_text(ago)} ago" if ago > LATE_MS else ""
    before = f"{SESSION_NAMES[opening.since]} opened ({age_text(opening.at_ms - opening.since_ms)} earlier)"
    lines = [
        f"🗞 <b>{SESSION_NAMES[opening.session]} opens</b> · {local_text(opening.at_ms, now_ms, zone)}{late}",
        f"What happened to zones is since {before}.",
    ]
    for pair in pairs[:MOST_PAIRS]:
        lines += ["", *_pair_lines(pair)]
    more = len(pairs) - MOST_PAIRS
    lines += ["", f"… and {more} more: /near"] if more > 0 else []
    return "\n".join([*lines, "", f"<i>{DISCLAIMER}</i>"])


def _pair_lines(pair: PairNews) -> list[str]:
    if pair.shown is None:
        return [f"<b>{pair_name(pair.symbol)}</b>: there is no map at the moment."]
    found = pair.shown.found
    price = price_text(found.price, pair.shown.tick_size)
    return [
        f"<b>{pair_name(pair.symbol)}</b> {price}",
        *(_side_line(pair.shown, pair.rules, side) for side in (Side.SHORT, Side.LONG)),
        _events_line(pair),
        *(line for line in data_lines(found, pair.shown.now_ms) if line.startswith("⚠")),
    ]


def _side_line(shown: Snapshot, rules: RuleSet, side: Side) -> str:
    """The nearest zone of a side that the subscription asks for."""
    words, price = WORDS[side], shown.found.price
    here = [zone for zone in shown.zones if zone.side is side and not zone.passed(price)]
    wanted = [zone for zone in here if rules.wants(zone)]
    if not wanted:
        return f"{words.mark} no {words.plural}' zone that is {bands_text(rules)} {words.where}"
    nearest = min(wanted, key=lambda zone: abs(zone.distance(price)))
    stretch = range_text(nearest.low, nearest.high, shown.tick_size)
    name = f"{words.mark} {escaped(nearest.id)} {stretch} ({words.plural}, {nearest.band.word})"
    return f"{name}: {_away(nearest, price)}"


def _away(zone: Zone, price: float) -> str:
    distance = zone.distance(price)
    return f"{percent_text(distance)} {WORDS[zone.side].where}" if distance else "price is inside it"


def _events_line(pair: PairNews) -> str:
    told = _telling(pair)
    if not told:
        return "Zones: nothing to speak of"
    named = [f"{escaped(one.zone_id)} {EVENTS[one.kind]}{_ratio(one)}" for one in told[:MOST_EVENTS]]
    more = len(told) - MOST_EVENTS
    return f"Zones: {', '.join(named)}{f' and {more} more' if more > 0 else ''}"


def _telling(pair: PairNews) -> list[ZoneEvent]:
    """One event a zone, the most telling, of zones that are dense enough for the subscription."""
    order = list(EVENTS)
    kept: dict[str, ZoneEvent] = {}
    for event in pair.events:
        if event.kind not in EVENTS or Band.of(event.percentile) < pair.rules.band:
            continue
        known = kept.get(event.zone_id)
        if known is None or order.index(event.kind) <= order.index(known.kind):
            kept[event.zone_id] = event
    return sorted(kept.values(), key=lambda event: order.index(event.kind))


def _ratio(event: ZoneEvent) -> str:
    return f" ×{event.ratio:.1f}" if event.kind is ZoneEventKind.GREW else ""
