"""Why a zone is there: hours, leverage, venues, what the map assumes, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.liquidation.beliefs import Beliefs
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.origin import Origin
from bot.liquidation.uncertainty import quantity_band
from bot.liquidation.variants import Variant
from bot.liquidation.zone import Zone
from bot.wording.absence_text import missing_text
from bot.wording.escape import escaped
from bot.wording.map_text import DISCLAIMER
from bot.wording.numbers import (
    day_text,
    exact_percent_text,
    hour_text,
    hours_text,
    percent_text,
    range_text,
    rough_text,
    whole_percent_text,
)
from bot.wording.pair import base_of, listed_venues, money_band_text, pair_name, venue_name
from bot.wording.quality_text import data_lines
from bot.wording.sides import WORDS

SPELLS = 3
LEVERAGES = 2
NOTHING = "No venue of this map holds anything in its range now, so there is nothing to explain."


def why_text(found: LiquidationMap, zone: Zone, origin: Origin, *, now_ms: int, tick_size: float) -> str:
    """Plain words: every number says what it is, times are UTC."""
    head = [
        f"<b>{pair_name(found.symbol)} · why {escaped(zone.id, 12)} is there</b>",
        _what(zone, found.price, tick_size),
    ]
    tail = [*_missing(found), *data_lines(found, now_ms), f"<i>{DISCLAIMER}</i>"]
    if origin.quantity_base <= 0:
        return "\n".join([*head, "", NOTHING, "", *tail])
    body = [
        _amount(found, zone, origin),
        "",
        *_hours(origin, now_ms),
        "",
        _leverages(origin),
        _venues(origin),
        "",
        *_assumptions(origin.beliefs),
        "",
        _uncertainty(origin),
        *_agreement(zone, origin),
        "",
    ]
    return "\n".join([*head, *body, *tail])


def _what(zone: Zone, price: float, tick_size: float) -> str:
    words = WORDS[zone.side]
    stretch = f"{words.mark} {range_text(zone.low, zone.high, tick_size)}"
    if zone.passed(price):
        return f"{stretch}: price has gone through it; it held {words.plural} to be force-closed."
    if zone.contains(price):
        return f"{stretch}, price is inside it: {words.plural} are force-closed by {words.order} there."
    away = f"{percent_text(zone.distance(price))} {words.where} price"
    return f"{stretch}, {away}: {words.plural} would be force-closed by {words.order} there."


def _amount(found: LiquidationMap, zone: Zone, origin: Origin) -> str:
    base = origin.quantity_base
    low, high = (rough_text(bound) for bound in quantity_band(base, found))
    money = money_band_text(found.symbol, base * zone.peak)
    return (
        f"It holds ≈{rough_text(base)} {base_of(found.symbol)}, four times in five between {low} and {high}; "
        f"in money {money}."
    )


def _hours(origin: Origin, now_ms: int) -> list[str]:
    """The spells that brought most, then how old the half of it is and what is older than the record."""
    spells = origin.spells()[:SPELLS]
    lines = ["<b>Opened (UTC)</b>"] if spells else []
    lines += [
        f"{whole_percent_text(one.share)} opened {hours_text(one.begin_ms, one.end_ms, now_ms)}"
        for one in spells
    ]
    since_ms = origin.half_since_ms()
    if since_ms is not None:
        lines.append(f"At least half of it was opened since {hour_text(since_ms, now_ms)}.")
    if origin.earlier_share > 0:
        lines.append(_earlier(origin))
    return lines


def _earlier(origin: Origin) -> str:
    begins = {belief.venue: day_text(belief.covers_from_ms) for belief in origin.beliefs}
    same = len(set(begins.values())) == 1
    named = [f"{day} on {venue_name(venue)}" for venue, day in begins.items()]
    since = next(iter(begins.values())) if same else ", ".join(named)
    return (
        f"The record of openings begins {since}; {whole_percent_text(origin.earlier_share)} is older, so its "
        "hours are not known."
    )


def _leverages(origin: Origin) -> str:
    found = origin.by_leverage()[:LEVERAGES]
    mostly = "mostly" if sum(share for _, share in found) >= 0.5 else "spread widely, most of it"
    named = " and ".join(f"{round(one, 1):g}x ({whole_percent_text(share)})" for one, share in found)
    return f"Leverage: {mostly} about {named}."


def _venues(origin: Origin) -> str:
    shares = origin.by_venue().items()
    return (
        f"Venues: {', '.join(f'{venue_name(venue)} {whole_percent_text(share)}' for venue, share in shares)}."
    )


def _assumptions(beliefs: Sequence[Beliefs]) -> list[str]:
    learned = [belief.venue for belief in beliefs if belief.has_learned]
    assumed = [belief.venue for belief in beliefs if not belief.has_learned]
    mixture = [f"learned from liquidations on {listed_venues(learned)}"] if learned else []
    mixture += [f"assumed on {listed_venues(assumed)}, where nothing is learned yet"] if assumed else []
    return [
        "<b>What this assumes</b>",
        f"Levels: each venue's formula for isolated margin, maintenance rate {_rates(beliefs)} for small "
        "positions, more for larger ones.",
        f"Leverage people use: {'; '.join(mixture)}.",
        "Closing: nobody publishes it, so a zone shrinks by our modelled closing until price gets there.",
    ]


def _rates(beliefs: Sequence[Beliefs]) -> str:
    """ "0.4%", or each venue's where they differ."""
    rates = {belief.venue: exact_percent_text(belief.first_maintenance_rate) for belief in beliefs}
    if len(set(rates.values())) == 1:
        return next(iter(rates.values()))
    return ", ".join(f"{rate} on {venue_name(venue)}" for venue, rate in rates.items())


def _uncertainty(origin: Origin) -> str:
    half, double = origin.half_leverage_share, origin.double_leverage_share
    return (
        "<b>How sure</b>\n"
        f"If people used half the leverage we believe, this range would hold {whole_percent_text(half)} of "
        f"what it holds; with double the leverage, {whole_percent_text(double)}."
    )


def _agreement(zone: Zone, origin: Origin) -> list[str]:
    """Which venues, and which other beliefs of leverage, would show a zone there too."""
    lines = []
    if len(zone.venue_mix) > 1:
        names = listed_venues(zone.shown_by) if zone.shown_by else "none of them"
        lines.append(
            f"On their own maps, {len(zone.shown_by)} of {len(zone.venue_mix)} venues show it ({names})."
        )
    told = {words: origin.variants[one] for one, words in VARIANTS.items() if one in origin.variants}
    if not any(one.has_learned for one in origin.beliefs):
        told.pop(VARIANTS[Variant.UNLEARNED], None)
    lines += [f"It would stand out as a zone too {words}." for words in [_joined(told, True)] if words]
    lines += [f"It would not {words}." for words in [_joined(told, False)] if words]
    return lines


def _joined(told: Mapping[str, bool], answer: bool) -> str:
    *others, last = [words for words, stands_out in told.items() if stands_out is answer] or [""]
    return f"{', '.join(others)} or {last}" if others else last


VARIANTS = {
    Variant.HALF_LEVERAGE: "with half the leverage",
    Variant.DOUBLE_LEVERAGE: "with double",
    Variant.UNLEARNED: "with nothing learned from liquidations",
}


def _missing(found: LiquidationMap) -> list[str]:
    line = missing_text(found.missing, found.reasons)
    return [line] if line else []
