"""Answers to /liq, /stop and /target."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.liquidation.contract import Contract
from bot.liquidation.gaps import gaps_of
from bot.liquidation.position import (
    Position,
    Quiet,
    Risk,
    forced_between,
    liquidations,
    quiet_behind,
    targets,
    zones_between,
)
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import mass_in
from bot.liquidation.zone import Zone
from bot.wording.escape import escaped
from bot.wording.map_text import DISCLAIMER, price_line
from bot.wording.numbers import (
    exact_percent_text,
    percent_text,
    price_text,
    quantity_text,
    range_text,
    signed_percent_text,
)
from bot.wording.pair import base_of, money_text, pair_name, quote_of, venue_name
from bot.wording.quality_text import data_lines
from bot.wording.sides import WORDS
from bot.wording.volume_text import minutes_text, volume_text

ZONES_NAMED = 4
STRETCHES_NAMED = 3
NOT_A_PRICE = 1e-6  # of the entry; no price falls lower
TERMS = "Isolated margin, first tier, before fees and funding"
WHAT_QUIET_MEANS = (
    "Few forced orders are estimated there; that says nothing of the order book, and is no advice."
)
BEYOND = "The map reaches about 18% from price; farther off it says nothing."


@dataclass(frozen=True)
class Asked:
    """A position as it was understood."""

    position: Position
    readings: tuple[str, ...] = ()  # which reading was taken where a line could mean more
    risk: Risk | None = None


def liq_text(shown: Snapshot, asked: Asked, contracts: Mapping[str, Contract]) -> str:
    """Where the venues would liquidate it, and what lies on the way."""
    position = asked.position
    prices = liquidations(contracts, position)
    reached = [price for price in prices.values() if price is not None and _is_reachable(price)]
    words = WORDS[position.side]
    venues = [_venue_line(venue, price, contracts[venue], asked, shown) for venue, price in prices.items()]
    body = [f"Liquidated if price {words.moves} to:", *venues, _terms(contracts, prices)]
    if reached:
        farthest = max(reached, key=lambda price: abs(position.away(price)))
        body += ["", *_way_lines(shown, position, farthest)]
    return _answer(shown, f"liquidation of {_named(position, shown)}", asked.readings, body)


def stop_text(shown: Snapshot, asked: Asked, contracts: Mapping[str, Contract]) -> str:
    """What lies between entry and stop, where few forced orders are estimated, and the size for a risk."""
    position = asked.position
    quiet = quiet_behind(shown.found, shown.zones, position)
    body = []
    stop = position.stop
    if stop is not None:
        body += [_stop_line(shown, position, stop), *_way_lines(shown, position, stop)]
        body += _liquidated_first(
            position, stop, liquidations(contracts, position) if position.leverage else {}
        )
        body.append("")
    body += _quiet_lines(shown, position, quiet)
    at = stop if stop is not None else None if quiet is None else quiet.price
    if at is not None and asked.risk is not None:
        body += ["", _size_line(shown, position, asked.risk, at)]
    return _answer(shown, f"stop of {_named(position, shown)}", asked.readings, body)


def target_text(shown: Snapshot, asked: Asked) -> str:
    """The near edges of the zones on the winning side."""
    position = asked.position
    other = WORDS[Side.SHORT if position.side is Side.LONG else Side.LONG]
    ahead = targets(shown.zones, position)[:ZONES_NAMED]
    if not ahead:
        body = [f"No zone stands out {other.where} the entry. {BEYOND}"]
    else:
        body = [
            f"Near edges of the zones {other.where} the entry, where {other.orders} are estimated to begin:",
            *(_target_line(shown, position, zone) for zone in ahead),
            "Price need not get there: a zone is touched hardly more often than any other price so far away.",
        ]
    return _answer(shown, f"targets of {_named(position, shown)}", asked.readings, body)


def _answer(shown: Snapshot, title: str, readings: Sequence[str], body: Sequence[str]) -> str:
    found = shown.found
    return "\n".join(
        [
            f"<b>{pair_name(found.symbol)} · {title}</b>",
            *readings,
            price_line(found, shown.now_ms, shown.tick_size),
            "",
            *body,
            "",
            *data_lines(found, shown.now_ms),
            f"<i>{DISCLAIMER}</i>",
        ]
    )


def _named(position: Position, shown: Snapshot) -> str:
    leverage = "" if position.leverage is None else f"{position.leverage:g}x "
    return f"a {leverage}{position.side.word} from {price_text(position.entry, shown.tick_size)}"


def _venue_line(venue: str, price: float | None, contract: Contract, asked: Asked, shown: Snapshot) -> str:
    name = venue_name(venue)
    if price is None:
        return f"{name}: offers {contract.max_leverage:g}x at most"
    if not _is_reachable(price):
        return f"{name}: never, no price leaves it without margin"
    if math.isclose(price, asked.position.entry):
        return f"{name}: at once, the margin does not cover what the venue asks to keep"
    away = asked.position.away(price)
    return f"{name}: <b>{price_text(price, shown.tick_size)}</b> ({signed_percent_text(away)} from the entry)"


def _is_reachable(price: float) -> bool:
    return NOT_A_PRICE < price < math.inf


def _terms(contracts: Mapping[str, Contract], prices: Mapping[str, float | None]) -> str:
    counted = [venue for venue, price in prices.items() if price is not None and contracts[venue].closing_fee]
    fee = f" ({', '.join(venue_name(venue) for venue in counted)} counts its closing fee)" if counted else ""
    return f"{TERMS}{fee}. Adding margin moves it away."


def _way_lines(shown: Snapshot, position: Position, end: float) -> list[str]:
    """Zones and the forced volume between price, or a farther entry, and a price on the losing side."""
    side, words = position.side, WORDS[position.side]
    start = _start(shown, position, end)
    if start is None:
        return []
    zones = zones_between(shown.zones, side, start, end)[:ZONES_NAMED]
    base = forced_between(shown.found, side, start, end)
    begin, until = price_text(start, shown.tick_size), price_text(end, shown.tick_size)
    beyond = [BEYOND] if abs(end / shown.found.price - 1) > 0.18 else []
    return [
        *(_zone_line(shown, zone) for zone in zones),
        *([] if zones else [f"No dense zone of {words.plural} lies on the way."]),
        *_quiet_stretches(shown, side, start, end),
        f"Estimated {words.orders} between {begin} and {until}: {volume_text(shown, base)}.",
        *beyond,
    ]


def _quiet_stretches(shown: Snapshot, side: Side, start: float, end: float) -> list[str]:
    """Gaps on the way, as far as they lie on it."""
    low, high = sorted((start, end))
    gaps = [gap for gap in gaps_of(shown.found) if gap.side is side and gap.high > low and gap.low < high]
    named = [
        range_text(max(gap.low, low), min(gap.high, high), shown.tick_size) for gap in gaps[:STRETCHES_NAMED]
    ]
    return [f"Quiet, few forced orders estimated: {', '.join(named)}."] if named else []


def _start(shown: Snapshot, position: Position, end: float) -> float | None:
    """Where the way begins: the entry, or the price now if the entry lies on the other side of it."""
    price = shown.found.price
    nearer = min(position.entry, price) if position.side is Side.LONG else max(position.entry, price)
    return nearer if (end - nearer) * position.side.sign > 0 else None


def _zone_line(shown: Snapshot, zone: Zone) -> str:
    words = WORDS[zone.side]
    minutes = minutes_text(shown, mass_in(shown.found, zone))
    stretch = range_text(zone.low, zone.high, shown.tick_size)
    size = f", {minutes}" if minutes else ""
    return f"{words.mark} {escaped(zone.id, 12)} {stretch} ({words.plural}, {zone.band.word}{size})"


def _stop_line(shown: Snapshot, position: Position, stop: float) -> str:
    at = f"Your stop {price_text(stop, shown.tick_size)} ({signed_percent_text(position.away(stop))})"
    inside = [zone for zone in shown.zones if zone.side is position.side and zone.contains(stop)]
    if inside:
        return f"{at} lies inside {escaped(inside[0].id, 12)}, among forced orders."
    return f"{at} lies in no dense zone."


def _liquidated_first(position: Position, stop: float, prices: Mapping[str, float | None]) -> list[str]:
    first = [
        venue_name(venue)
        for venue, price in prices.items()
        if price is not None and _is_reachable(price) and (price - stop) * position.side.sign <= 0
    ]
    return (
        [f"⚠ With {position.leverage:g}x it is liquidated before that stop on {', '.join(first)}."]
        if first
        else []
    )


def _quiet_lines(shown: Snapshot, position: Position, quiet: Quiet | None) -> list[str]:
    words = WORDS[position.side]
    if quiet is None:
        hour = percent_text(shown.found.hourly_range)
        return [
            f"No dense zone of {words.plural} lies {words.where} the entry within reach, so there is none to "
            f"stand behind. An ordinary hour moves {hour}."
        ]
    away, price = position.away(quiet.price), price_text(quiet.price, shown.tick_size)
    ranges = abs(away) / shown.found.hourly_range if shown.found.hourly_range > 0 else math.nan
    base = 0.0
    start = _start(shown, position, quiet.price)
    if start is not None:
        base = forced_between(shown.found, position.side, start, quiet.price)
    nearest = f"Nearest zone {words.where} the entry: {_zone_line(shown, quiet.zone)}"
    return [
        *([nearest] if position.stop is None else []),
        f"Quietest price behind {escaped(quiet.zone.id, 12)}: <b>{price}</b> "
        f"({signed_percent_text(away)} from the entry, {ranges:.1f} ATR of an hour).",
        WHAT_QUIET_MEANS,
        f"Estimated {words.orders} up to it: {volume_text(shown, base)}.",
    ]


def _size_line(shown: Snapshot, position: Position, risk: Risk, stop: float) -> str:
    base, multiple = risk.size(position.entry, stop), risk.multiple(position.entry, stop)
    away, at = percent_text(position.away(stop)), price_text(stop, shown.tick_size)
    if base is None or risk.amount is None:
        assert multiple is not None
        return (
            f"A risk of {exact_percent_text(risk.share or 0.0)} over {away} to {at} is a position of "
            f"{multiple:.2f} times the account, before fees and slippage."
        )
    symbol = shown.found.symbol
    times = "" if multiple is None else f", {multiple:.2f} times the account"
    size = f"<b>{quantity_text(base)} {base_of(symbol)}</b>"
    return (
        f"A risk of {risk.amount:,.8g} {quote_of(symbol)} over {away} to {at} is a position of {size} "
        f"({money_text(symbol, base * position.entry)}{times}), before fees and slippage."
    )


def _target_line(shown: Snapshot, position: Position, zone: Zone) -> str:
    away = signed_percent_text(position.away(zone.near_edge))
    multiple = ""
    if position.stop is not None:
        times = abs(zone.near_edge - position.entry) / abs(position.entry - position.stop)
        multiple = f", {times:.1f}× the distance to the stop"
    edge = price_text(zone.near_edge, shown.tick_size)
    return f"<b>{edge}</b> ({away}{multiple}): {_zone_line(shown, zone)}"
