"""Quiet gaps: where few orders would be forced, what order books hold there, thin books before zones."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from bot.liquidation.cover import cover
from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.reading import Gap, NarrowRange, Reading
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import OrderBook
from bot.liquidation.zone import Band, Zone
from bot.rules.topics.thin import THIN_COVER
from bot.wording.escape import escaped
from bot.wording.map_text import DISCLAIMER, price_line, venue_lines
from bot.wording.numbers import (
    age_text,
    range_text,
    rough_text,
    signed_percent_text,
    whole_percent_text,
)
from bot.wording.pair import base_of, joined_venues, pair_name
from bot.wording.quality_text import data_lines
from bot.wording.reach import loading_line
from bot.wording.sides import WORDS

GAPS_A_SIDE = 4
NO_GAP = "No quiet gap: what is open is spread over all of this side."
MEANING = (
    "A quiet gap means that few orders would be forced there. It does not mean that the order book is deep."
)
NO_BOOK = "No order book answered in time, so the depth there is not known."
RESTS = {Side.LONG: "bids", Side.SHORT: "asks"}


def quiet_text(shown: Snapshot, reading: Reading, around: Crosschecks) -> str:
    """Gaps of both sides nearest first, thin books before dense zones, the range of the last hours."""
    found = shown.found
    books = {one.venue: one.book for one in around.surroundings if one.book is not None}
    sides = [
        line for side in (Side.SHORT, Side.LONG) for line in ("", *_side_lines(shown, reading, side, books))
    ]
    return "\n".join(
        [
            f"<b>{pair_name(found.symbol)} · quiet gaps</b>",
            *venue_lines(found),
            price_line(found, shown.now_ms, shown.tick_size),
            *sides,
            "",
            *_book_lines(shown, reading, books),
            *_range_line(shown, reading.narrow_range),
            MEANING,
            *loading_line(found),
            *data_lines(found, shown.now_ms),
            f"<i>{DISCLAIMER}</i>",
        ]
    )


def _side_lines(shown: Snapshot, reading: Reading, side: Side, books: Mapping[str, OrderBook]) -> list[str]:
    words = WORDS[side]
    gaps = [gap for gap in reading.gaps if gap.side is side][:GAPS_A_SIDE]
    head = f"{words.mark} <b>{words.where.capitalize()} price</b>, where {words.plural} are liquidated"
    return [f"{head} if price {words.moves}", *([_gap_line(shown, gap, books) for gap in gaps] or [NO_GAP])]


def _gap_line(shown: Snapshot, gap: Gap, books: Mapping[str, OrderBook]) -> str:
    usual = f"{whole_percent_text(gap.thinness)} of this side's mean density"
    return (
        f"{range_text(gap.low, gap.high, shown.tick_size)}, {_where(gap, shown.found.price)}: "
        f"{gap.width_u:.1f} times an ordinary hour's range wide, {usual}.{_depth(shown, gap, books)}"
    )


def _where(gap: Gap, price: float) -> str:
    if gap.contains(price):
        return "price is in it"
    near = gap.high if gap.side is Side.LONG else gap.low
    return signed_percent_text(near / price - 1)


def _depth(shown: Snapshot, gap: Gap, books: Mapping[str, OrderBook]) -> str:
    """What rests in the gap on the venues whose books are shown to its far end."""
    if not books:
        return ""
    near, far = (gap.high, gap.low) if gap.side is Side.LONG else (gap.low, gap.high)
    reaching = {venue: book for venue, book in books.items() if book.shows(gap.side, far)}
    if not reaching:
        return " No book is shown that far."
    rests = sum(
        book.quantity_to(gap.side, far) - book.quantity_to(gap.side, near) for book in reaching.values()
    )
    base = base_of(shown.found.symbol)
    return f" Book there: {rough_text(rests)} {base} of {RESTS[gap.side]} ({joined_venues(reaching)})."


def _book_lines(shown: Snapshot, reading: Reading, books: Mapping[str, OrderBook]) -> list[str]:
    if not books:
        return [NO_BOOK]
    dense = [zone for zone in reading.zones if zone.band >= Band.HIGH and not zone.passed(shown.found.price)]
    dense.sort(key=lambda zone: abs(log(zone.near_edge / shown.found.price)))
    thin = [
        (zone, times) for zone in dense if (times := cover(shown.found, zone, books) or 0.0) >= THIN_COVER
    ]
    age = age_text(shown.now_ms - min(book.stamp_ms for book in books.values()))
    lines = [_thin_line(shown, zone, times) for zone, times in thin[:GAPS_A_SIDE]]
    lines = lines or ["No thin book before a High or Extreme zone, as far as the books are shown."]
    return [*lines, f"Books: {joined_venues(books)}, {age} old; their orders may go any moment."]


def _thin_line(shown: Snapshot, zone: Zone, times: float) -> str:
    words = WORDS[zone.side]
    return (
        f"⚠ Thin book before {escaped(zone.id, 12)} ({range_text(zone.low, zone.high, shown.tick_size)}, "
        f"{words.plural} {words.where}): the zone would force an estimated {times:.1f} times what rests "
        "before it."
    )


def _range_line(shown: Snapshot, narrow: NarrowRange | None) -> list[str]:
    if narrow is None:
        return []
    usual = f"{100 - narrow.percentile:.0f}% of its {narrow.hours}-hour stretches of up to 30 days"
    ends = range_text(narrow.low, narrow.high, shown.tick_size)
    return [f"Last {narrow.hours} hours: {ends}, narrower than {usual}."]
