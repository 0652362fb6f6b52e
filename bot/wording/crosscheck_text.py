"""Crosschecks under a map: funding, accounts, the book before the nearest zones, landmarks in zones."""

from __future__ import annotations

from collections.abc import Sequence

from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.landmarks import Landmark, LandmarkKind, held_by
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import Funding, OrderBook, Surroundings, shown_to
from bot.liquidation.told_zones import mass_in, told_zones
from bot.liquidation.zone import Zone
from bot.wording.escape import escaped
from bot.wording.languages.english import ENGLISH
from bot.wording.languages.phrases import Phrases
from bot.wording.pair import base_of, venue_name

NAMED_LANDMARKS = 2  # of one zone


def crosscheck_lines(shown: Snapshot, around: Crosschecks, say: Phrases = ENGLISH) -> list[str]:
    """The shorter and surer first; what is not known has no line."""
    found, now_ms = shown.found, shown.now_ms
    zones = {side: told_zones(shown, side) for side in Side}
    named = [zone for side in (Side.SHORT, Side.LONG) for zone in zones[side]]
    return [
        *funding_line(around.surroundings, now_ms, say),
        *_accounts_line(around.surroundings, now_ms, say),
        *holding_lines(named, around.landmarks, shown.tick_size, say),
        *(
            line
            for side in (Side.SHORT, Side.LONG)
            for zone in zones[side][:1]
            for line in _book_line(found, zone, around.surroundings, now_ms, say)
        ),
    ]


def funding_line(around: Sequence[Surroundings], now_ms: int, say: Phrases = ENGLISH) -> list[str]:
    """Who pays whom on which venue."""
    told = [(one.venue, one.funding) for one in around if one.funding is not None]
    if not told:
        return []
    parts: dict[str, list[str]] = {}
    for venue, funding in told:
        rate = say.data.named.format(name=_rate(funding, say), said=venue_name(venue))
        parts.setdefault(_payer(funding, say), []).append(rate)
    payers = [payer.format(rates=say.frame.listed.join(rates)) for payer, rates in parts.items()]
    age = _age([funding.stamp_ms for _, funding in told], now_ms, say)
    return [say.checks.funding.format(payers=say.frame.clause.join(payers), age=age)]


def _payer(funding: Funding, say: Phrases) -> str:
    if not funding.rate:
        return say.checks.nobody_pays
    return say.checks.longs_pay if funding.rate > 0 else say.checks.shorts_pay


def _rate(funding: Funding, say: Phrases) -> str:
    percent = 100 * abs(funding.rate)
    rate = f"{say.numerals.fixed(percent, 3)}%"
    if 0 < percent < 0.0005:
        rate = say.numerals.under.format(percent=f"{say.numerals.fixed(0.001, 3)}%")
    if not funding.interval_ms:
        return rate
    return say.checks.rate.format(rate=rate, interval=say.numerals.age(funding.interval_ms))


def _accounts_line(around: Sequence[Surroundings], now_ms: int, say: Phrases) -> list[str]:
    told = [(one.venue, one.accounts) for one in around if one.accounts is not None]
    if not told:
        return []
    shares = [
        f"{venue_name(venue)} {say.numerals.whole_percent(accounts.long_share)}" for venue, accounts in told
    ]
    age = _age([accounts.stamp_ms for _, accounts in told], now_ms, say)
    return [say.checks.accounts.format(shares=say.frame.listed.join(shares), age=age)]


def _book_line(
    found: LiquidationMap, zone: Zone, around: Sequence[Surroundings], now_ms: int, say: Phrases
) -> list[str]:
    """Summed over the books that reach the zone; where none does, up to where all of them are shown."""
    told = [(one.venue, one.book) for one in around if one.book is not None]
    if not told or zone.contains(found.price):
        return []
    reaching = [(venue, book) for venue, book in told if book.shows(zone.side, zone.near_edge)]
    template, end = say.checks.book, zone.near_edge
    if not reaching:
        shown = shown_to([book for _, book in told], zone.side)
        if shown is None or (shown - found.price) * zone.side.sign <= 0:
            return []
        reaching, end, template = told, shown, say.checks.short_book
    return [_book_words(template, found, zone, reaching, end, now_ms, say)]


def _book_words(
    template: str,
    found: LiquidationMap,
    zone: Zone,
    books: Sequence[tuple[str, OrderBook]],
    end: float,
    now_ms: int,
    say: Phrases,
) -> str:
    base, quantity = base_of(found.symbol), say.numerals.quantity
    rests = sum(book.quantity_to(zone.side, end) for _, book in books)
    return template.format(
        zone=escaped(zone.id, 12),
        reach=say.numerals.signed_percent(end / found.price - 1),
        rests=f"{quantity(rests)} {base}",
        mass=f"{quantity(mass_in(found, zone))} {base}",
        venues="+".join(venue_name(venue) for venue, _ in books),
        age=_age([book.stamp_ms for _, book in books], now_ms, say),
    )


def holding_lines(
    zones: Sequence[Zone], landmarks: Sequence[Landmark], tick_size: float, say: Phrases = ENGLISH
) -> list[str]:
    """ "Z42 holds last week's high 98,700." for each zone that holds any."""
    lines = []
    for zone in zones:
        held = [_landmark(one, tick_size, say) for one in held_by(zone, landmarks)][:NAMED_LANDMARKS]
        if held:
            lines.append(say.checks.holds.format(zone=escaped(zone.id, 12), landmarks=say.joined(held)))
    return lines


def _landmark(one: Landmark, tick_size: float, say: Phrases) -> str:
    templates = {
        LandmarkKind.WEEK_HIGH: say.checks.week_high,
        LandmarkKind.WEEK_LOW: say.checks.week_low,
        LandmarkKind.DAY_HIGH: say.checks.day_high,
        LandmarkKind.DAY_LOW: say.checks.day_low,
        LandmarkKind.SWING_HIGH: say.checks.swing_high,
        LandmarkKind.SWING_LOW: say.checks.swing_low,
        LandmarkKind.ROUND: say.checks.round_number,
    }
    return templates[one.kind].format(price=say.numerals.price(one.price, tick_size))


def _age(stamps_ms: Sequence[int], now_ms: int, say: Phrases) -> str:
    """Of the oldest."""
    return say.numerals.age(now_ms - min(stamps_ms))
