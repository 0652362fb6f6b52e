"""The caption under a map."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.windows import AGES_MS
from bot.liquidation.zone import Zone
from bot.wording.escape import CAPTION_LIMIT, CAPTION_TARGET, escaped, visible_length
from bot.wording.expiry_text import expiry_lines
from bot.wording.numbers import (
    moment_text,
    price_text,
    range_text,
    signed_percent_text,
    stamp_text,
    whole_percent_text,
)
from bot.wording.pair import missing_text, money_text, pair_name, shares_text, window_text
from bot.wording.quality_text import data_lines
from bot.wording.reach import loading_line
from bot.wording.sides import WORDS

ZONES_A_SIDE = 3
FOOTER_LINES = 2
NEARBY = 0.05
AGES = dict(zip(AGES_MS, ("in the last 24 h", "earlier this week", "earlier this month"), strict=True))
DISCLAIMER = (
    "Estimate from open interest and assumed leverage; relative, not contract counts; "
    "dollars within a factor of 2. Not advice."
)
EMPTY = "Nothing is modelled as open here, so there is nothing to liquidate."


def map_caption(
    found: LiquidationMap,
    zones: Sequence[Zone],
    crosschecks: Sequence[str] = (),
    *,
    now_ms: int,
    tick_size: float,
) -> str:
    """First line: which pair and window. Where room is short the crosschecks that do not fit go, then the
    last zones, the disclaimer never."""
    facts = [*venue_lines(found), *expiry_lines(found, now_ms), price_line(found, now_ms, tick_size)]
    head = [f"<b>{title(found)}</b>", *facts, ""]
    data = [*nearby_lines(found), *age_lines(found), *loading_line(found)]
    data += data_lines(found, now_ms)
    footer = ["", f"<i>{DISCLAIMER}</i>"]
    text = fitted_caption(head, found, zones, [*data, *footer], tick_size)
    room = CAPTION_TARGET - visible_length(text)
    fitting = []
    for line in crosschecks:
        if visible_length(line) < room:
            fitting.append(line)
            room -= visible_length(line) + 1
    body = text.removesuffix("\n".join(["", *footer]))
    return "\n".join([body, *fitting, *footer])


def as_it_was(at_ms: int) -> str:
    """Above everything that is told of a moment of the past."""
    return f"<b>As it was at {stamp_text(at_ms)}</b>"


def fitted_caption(
    head: list[str], found: LiquidationMap, zones: Sequence[Zone], tail: list[str], tick_size: float
) -> str:
    """Head, the two sides with as many zones as fit, tail; where that is too long without any, the first
    lines of the tail go too, the disclaimer never."""
    shown = {side: leading_zones(zones, side, found.price) for side in Side}
    while True:
        text = "\n".join([*head, *_side_lines(found, shown, tick_size), "", *tail])
        longest = max(Side, key=lambda side: len(shown[side]))
        if visible_length(text) <= CAPTION_TARGET or not shown[longest]:
            break
        shown[longest] = shown[longest][:-1]
    if visible_length(text) <= CAPTION_LIMIT or len(tail) <= FOOTER_LINES:
        return text
    return fitted_caption(head, found, (), tail[1:], tick_size)


def title(found: LiquidationMap) -> str:
    return f"{pair_name(found.symbol)} · liquidation map · {window_text(found.window)}"


def venue_lines(found: LiquidationMap) -> list[str]:
    shares = f"{shares_text(found)} (of modelled open interest)" if found.venues else ""
    return [line for line in (shares, missing_text(found.missing, found.reasons)) if line]


def price_line(found: LiquidationMap, now_ms: int, tick_size: float) -> str:
    price = f"Price {price_text(found.price, tick_size)}"
    if not found.venues:
        return f"{price} (mark)"
    return f"{price} (mark, {moment_text(found.price_stamp_ms, now_ms)})"


def leading_zones(zones: Sequence[Zone], side: Side, price: float, count: int = ZONES_A_SIDE) -> list[Zone]:
    """The heaviest zones of a side that price has not passed, nearest first."""
    ahead = [zone for zone in zones if zone.side is side and not zone.passed(price)]
    heaviest = sorted(ahead, key=lambda zone: -zone.mass_base)[:count]
    return sorted(heaviest, key=lambda zone: abs(zone.distance(price)))


def _side_lines(found: LiquidationMap, shown: dict[Side, list[Zone]], tick_size: float) -> list[str]:
    if not found.venues or not found.profile.any():
        return [EMPTY]
    top_mass = max((mass_in(found, zone) for side in Side for zone in shown[side]), default=0.0)
    lines = []
    for side in (Side.SHORT, Side.LONG):
        lines.append(f"{WORDS[side].mark} <b>{WORDS[side].headline}</b>")
        lines += [_zone_line(found, zone, top_mass, tick_size) for zone in shown[side]] or [
            " no zone stands out"
        ]
    return lines


def _zone_line(found: LiquidationMap, zone: Zone, top_mass: float, tick_size: float) -> str:
    inside = zone.contains(found.price)
    parts = [
        f" {escaped(zone.id, 12)} {range_text(zone.low, zone.high, tick_size)} "
        + ("inside now" if inside else signed_percent_text(zone.distance(found.price))),
        zone.band.word,
        f"intensity {100 * mass_in(found, zone) / top_mass if top_mass > 0 else 0:.0f}",
        money_text(found.symbol, mass_in(found, zone) * zone.peak),
    ]
    return " · ".join(parts)


def nearby_lines(found: LiquidationMap) -> list[str]:
    """Both sides within ±5 % of price, with their shares; what lies between is information, not a signal."""
    if not found.venues:
        return []
    longs, shorts = (mass_within(found, side, NEARBY) * found.price for side in Side)
    if longs + shorts <= 0:
        return []
    share = round(100 * shorts / (longs + shorts))
    amounts = (money_text(found.symbol, amount) for amount in (shorts, longs))
    return ["Within ±5%: shorts {} vs longs {} ({}/{})".format(*amounts, share, 100 - share)]


def age_lines(found: LiquidationMap) -> list[str]:
    """Which shares of the map were opened when."""
    if not found.ages:
        return []
    within = [0.0, *(share for _, share in found.ages), 1.0]
    names = [*(AGES[span_ms] for span_ms, _ in found.ages), "before that"]
    parts = [
        f"{whole_percent_text(max(0.0, b - a))} {name}"
        for name, (a, b) in zip(names, pairwise(within), strict=True)
    ]
    return [f"Opened: {', '.join(parts)}."]


def mass_within(found: LiquidationMap, side: Side, fraction: float) -> float:
    """Base coin between price and the price that lies a fraction away."""
    return found.mass_to(side, found.price * (1 + side.sign * fraction))


def mass_in(found: LiquidationMap, zone: Zone) -> float:
    """Base coin that the map shown (its venues, its window) has in the zone's range."""
    return found.mass_to(zone.side, zone.far_edge) - found.mass_to(zone.side, zone.near_edge)
