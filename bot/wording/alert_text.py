"""What is sent by itself: alerts, scheduled maps, the sentence for channels."""

from __future__ import annotations

from collections.abc import Sequence

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.rules.proximity import Firing
from bot.wording.escape import escaped, ordinal
from bot.wording.expiry_text import expiry_lines
from bot.wording.map_text import (
    DISCLAIMER,
    fitted_caption,
    leading_zones,
    price_line,
    title,
    venue_lines,
)
from bot.wording.numbers import (
    age_text,
    every_text,
    moment_text,
    percent_text,
    price_text,
    range_text,
    rough_text,
)
from bot.wording.pair import base_of, joined_venues, money_band_text, money_text, pair_name, window_text
from bot.wording.quality_text import data_lines
from bot.wording.sides import WORDS

PROMISE = (
    "Not a forecast: price reaches a zone hardly more often than any other level as near. "
    "What is estimated is how much would be force-closed if it does."
)
BARS = "Bars show relative strength, not the number or value of contracts."


def alert_text(
    symbol: str, firing: Firing, found: LiquidationMap, *, code: str, now_ms: int, tick_size: float
) -> str:
    """First line: how far, which side, which way. The price is the one at which the rule fired."""
    lines = [
        f"<b>{_conclusion(symbol, firing, tick_size)}</b>",
        _consequence(firing),
        "",
        _zone_facts(symbol, firing.zone),
        f"Price {price_text(firing.price, tick_size)} (mark, {moment_text(firing.at_ms, now_ms)})",
        *venue_lines(found),
        *expiry_lines(found, now_ms),
        *data_lines(found, now_ms),
        "",
        PROMISE,
        "",
        f"<i>{DISCLAIMER}</i>",
        f"#{escaped(code.lstrip('#'), 12)}",
    ]
    return "\n".join(lines)


def _conclusion(symbol: str, firing: Firing, tick_size: float) -> str:
    words, zone = WORDS[firing.zone.side], firing.zone
    start = f"{pair_name(symbol)} {price_text(firing.price, tick_size)}:"
    stretch = range_text(zone.low, zone.high, tick_size)
    if zone.passed(firing.price):
        return f"{start} went right through {words.plural}' zone {escaped(zone.id, 12)} ({stretch})"
    if firing.inside:
        return f"{start} already inside {words.plural}' zone {escaped(zone.id, 12)} ({stretch})"
    away = f"begins {percent_text(firing.distance)} {words.where}"
    return f"{start} {words.plural}' zone {escaped(zone.id, 12)} {away} ({stretch})"


def _consequence(firing: Firing) -> str:
    words = WORDS[firing.zone.side]
    if firing.zone.passed(firing.price):
        return f"{words.mark} Price jumped across it: what is estimated there met its level ({words.orders})."
    condition = f"If price {words.moves} " + ("further through it" if firing.inside else "to it")
    return f"{words.mark} {condition}, {words.plural} are force-closed by {words.order}."


def _zone_facts(symbol: str, zone: Zone) -> str:
    amount = f"≈{rough_text(zone.mass_base)} {base_of(symbol)}"
    return (
        f"{zone.band.word}: {ordinal(round(zone.percentile))} percentile of its zones in 30 days"
        f" · {amount} ({money_band_text(symbol, zone.mass_base * zone.peak)})"
    )


def schedule_caption(
    found: LiquidationMap, zones: Sequence[Zone], *, every_ms: int, now_ms: int, tick_size: float
) -> str:
    """A scheduled map: the news-wire sentence, then the zones."""
    head = [
        f"<b>{title(found)}</b> · {every_text(every_ms)}",
        news_wire(found, zones, tick_size=tick_size),
        "",
        *venue_lines(found),
        *expiry_lines(found, now_ms),
        price_line(found, now_ms, tick_size),
        "",
    ]
    return fitted_caption(
        head, found, zones, [*data_lines(found, now_ms), "", f"<i>{DISCLAIMER}</i>"], tick_size
    )


def news_wire(found: LiquidationMap, zones: Sequence[Zone], *, tick_size: float) -> str:
    """The sentence of the news channels: the heaviest zone of each side, cumulative to its far edge."""
    heaviest = [zone for side in Side for zone in leading_zones(zones, side, found.price, count=1)]
    if not heaviest:
        return f"{base_of(found.symbol)}: no dense zone near {price_text(found.price, tick_size)}. {BARS}"
    claims = [_claim(found, zone, tick_size, estimated=at == 0) for at, zone in enumerate(heaviest)]
    venues = joined_venues(venue.venue for venue in found.venues)
    return f"{base_of(found.symbol)}: {'; '.join(claims)} ({venues}, {window_text(found.window)}). {BARS}"


def _claim(found: LiquidationMap, zone: Zone, tick_size: float, *, estimated: bool) -> str:
    far = price_text(zone.far_edge, tick_size)
    amount = money_text(found.symbol, found.mass_to(zone.side, zone.far_edge) * found.price)
    kind = f"estimated {zone.side.word}" if estimated else zone.side.word
    return f"a {WORDS[zone.side].move} to {far} meets {amount} of {kind} liquidations"


def late_note(late_ms: int) -> str:
    """For an alert that waited: it says what was true when it fired."""
    return f"Sent {age_text(late_ms)} late: this was true when it fired, price may have moved since."
