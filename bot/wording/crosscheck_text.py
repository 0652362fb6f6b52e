"""Crosschecks under a map: funding, accounts, the book before the nearest zones, landmarks in zones."""

from __future__ import annotations

from collections.abc import Sequence

from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.landmarks import Landmark, LandmarkKind, held_by
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import Funding, OrderBook, Surroundings, shown_to
from bot.liquidation.zone import Zone
from bot.wording.escape import escaped
from bot.wording.map_text import leading_zones, mass_in
from bot.wording.numbers import age_text, price_text, rough_text, signed_percent_text, whole_percent_text
from bot.wording.pair import base_of, venue_name

KINDS = {
    LandmarkKind.WEEK_HIGH: "last week's high",
    LandmarkKind.WEEK_LOW: "last week's low",
    LandmarkKind.DAY_HIGH: "yesterday's high",
    LandmarkKind.DAY_LOW: "yesterday's low",
    LandmarkKind.SWING_HIGH: "the swing high",
    LandmarkKind.SWING_LOW: "the swing low",
    LandmarkKind.ROUND: "the round",
}
NAMED_LANDMARKS = 2  # of one zone


def crosscheck_lines(shown: Snapshot, around: Crosschecks) -> list[str]:
    """The shorter and surer first; what is not known has no line."""
    found, now_ms = shown.found, shown.now_ms
    zones = {side: leading_zones(shown.zones, side, found.price) for side in Side}
    named = [zone for side in (Side.SHORT, Side.LONG) for zone in zones[side]]
    return [
        *_funding_line(around.surroundings, now_ms),
        *_accounts_line(around.surroundings, now_ms),
        *holding_lines(named, around.landmarks, shown.tick_size),
        *(
            line
            for side in (Side.SHORT, Side.LONG)
            for zone in zones[side][:1]
            for line in _book_line(found, zone, around.surroundings, now_ms)
        ),
    ]


def _funding_line(around: Sequence[Surroundings], now_ms: int) -> list[str]:
    told = [(one.venue, one.funding) for one in around if one.funding is not None]
    if not told:
        return []
    parts: dict[str, list[str]] = {}
    for venue, funding in told:
        parts.setdefault(_payer(funding), []).append(f"{_rate(funding)} ({venue_name(venue)})")
    words = "; ".join(f"{payer} {', '.join(rates)}" for payer, rates in parts.items())
    return [f"Funding: {words}; {_age([funding.stamp_ms for _, funding in told], now_ms)}."]


def _payer(funding: Funding) -> str:
    if not funding.rate:
        return "nobody pays"
    return "longs pay shorts" if funding.rate > 0 else "shorts pay longs"


def _rate(funding: Funding) -> str:
    percent = 100 * abs(funding.rate)
    rate = "under 0.001%" if 0 < percent < 0.0005 else f"{percent:.3f}%"
    return f"{rate} per {age_text(funding.interval_ms)}" if funding.interval_ms else rate


def _accounts_line(around: Sequence[Surroundings], now_ms: int) -> list[str]:
    told = [(one.venue, one.accounts) for one in around if one.accounts is not None]
    if not told:
        return []
    shares = ", ".join(
        f"{venue_name(venue)} {whole_percent_text(accounts.long_share)}" for venue, accounts in told
    )
    return [f"Accounts long: {shares}; {_age([accounts.stamp_ms for _, accounts in told], now_ms)}."]


def _book_line(found: LiquidationMap, zone: Zone, around: Sequence[Surroundings], now_ms: int) -> list[str]:
    """Summed over the books that reach the zone; where none does, up to where all of them are shown."""
    told = [(one.venue, one.book) for one in around if one.book is not None]
    if not told or zone.contains(found.price):
        return []
    reaching = [(venue, book) for venue, book in told if book.shows(zone.side, zone.near_edge)]
    place, end = f"to {escaped(zone.id, 12)}", zone.near_edge
    if not reaching:
        shown = shown_to([book for _, book in told], zone.side)
        if shown is None or (shown - found.price) * zone.side.sign <= 0:
            return []
        reaching, end = told, shown
        place = f"to {signed_percent_text(shown / found.price - 1)}, no farther shown"
    return [_book_words(found, zone, reaching, place, end, now_ms)]


def _book_words(
    found: LiquidationMap,
    zone: Zone,
    books: Sequence[tuple[str, OrderBook]],
    place: str,
    end: float,
    now_ms: int,
) -> str:
    base = base_of(found.symbol)
    rests = rough_text(sum(book.quantity_to(zone.side, end) for _, book in books))
    venues = "+".join(venue_name(venue) for venue, _ in books)
    name = "zone" if end == zone.near_edge else escaped(zone.id, 12)
    return (
        f"Book {place}: {rests} {base} ({venues}, {_age([book.stamp_ms for _, book in books], now_ms)}), "
        f"{name} {rough_text(mass_in(found, zone))} {base} (estimate)."
    )


def holding_lines(zones: Sequence[Zone], landmarks: Sequence[Landmark], tick_size: float) -> list[str]:
    """ "Z42 holds last week's high 98,700." for each zone that holds any."""
    lines = []
    for zone in zones:
        held = [f"{KINDS[one.kind]} {price_text(one.price, tick_size)}" for one in held_by(zone, landmarks)][
            :NAMED_LANDMARKS
        ]
        if held:
            lines.append(f"{escaped(zone.id, 12)} holds {' and '.join(held)}.")
    return lines


def _age(stamps_ms: Sequence[int], now_ms: int) -> str:
    """Of the oldest."""
    return f"{age_text(now_ms - min(stamps_ms))} old"
