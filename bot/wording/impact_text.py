"""/impact: how far price went after it entered zones, and the book before the nearest ones."""

from __future__ import annotations

from collections.abc import Mapping

from bot.liquidation.cover import cover, depth_before, way_end
from bot.liquidation.impact import FEWEST_DAYS, FEWEST_ENTRIES, Impact, Moves
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import OrderBook
from bot.liquidation.told_zones import mass_in
from bot.liquidation.zone import Band, Zone
from bot.wording.escape import escaped
from bot.wording.map_text import DISCLAIMER, price_line
from bot.wording.numbers import age_text, percent_text, range_text, rough_text
from bot.wording.pair import base_of, joined_venues, pair_name
from bot.wording.quality_text import data_lines
from bot.wording.sides import WORDS

HOUR_MS = 3_600_000
TOO_FEW = f"too few to tell (at least {FEWEST_ENTRIES} on {FEWEST_DAYS} days)"


def impact_text(shown: Snapshot, impact: Impact, books: Mapping[str, OrderBook]) -> str:
    found = shown.found
    return "\n".join(
        [
            f"<b>{pair_name(found.symbol)} · impact</b>",
            price_line(found, shown.now_ms, shown.tick_size),
            "",
            *_learned_lines(impact),
            "",
            *_book_lines(shown, books),
            "",
            *data_lines(found, shown.now_ms),
            f"<i>{DISCLAIMER}</i>",
        ]
    )


def _learned_lines(impact: Impact) -> list[str]:
    if not impact.hours:
        return ["Nothing is known of this pair's past yet. Its maps are kept from now on."]
    lines = [
        f"How far price went on beyond a zone's near edge within {impact.followed_hours} h, in "
        f"{age_text(impact.hours * HOUR_MS)} of this pair's own past:",
        *(f"<b>{band.word}</b>: {_moves(moves)}" for band, moves in zip(Band, impact.by_band, strict=True)),
        f"<b>No zone</b>: {_moves(impact.ordinary, 'ordinary level reached', 'ordinary levels reached')}",
    ]
    if impact.ordinary.interval_u is None:
        return lines
    return [
        *lines,
        "In brackets: where the middle lies nine times in ten, by drawing days anew.",
        _verdict(impact),
    ]


def _moves(moves: Moves, one: str = "zone entered", many: str = "zones entered") -> str:
    if not moves.count:
        return f"no {many} so far"
    seen = f"{moves.count} {one if moves.count == 1 else many} on {moves.days} "
    seen += "day" if moves.days == 1 else "days"
    if moves.median is None or moves.interval_u is None:
        return f"{seen}, {TOO_FEW}"
    low, high = moves.interval_u
    return (
        f"{seen}, in the middle {percent_text(moves.median)}, "
        f"{moves.median_u:.1f} ATR ({low:.1f} to {high:.1f}); one in five more than {moves.large_u:.1f} ATR"
    )


def _verdict(impact: Impact) -> str:
    """A band differs where its interval and the ordinary one have nothing in common."""
    lowest, highest = impact.ordinary.interval_u or (0.0, 0.0)
    known = [(band, one.interval_u) for band, one in zip(Band, impact.by_band, strict=True) if one.interval_u]
    farther = [band.word for band, (low, _) in known if low > highest]
    less = [band.word for band, (_, high) in known if high < lowest]
    parts = [f"farther after {' and '.join(farther)}"] if farther else []
    parts += [f"less far after {' and '.join(less)}"] if less else []
    if parts:
        return f"So price went {', '.join(parts)} zones than after ordinary levels."
    return "No band differs from ordinary levels by more than chance." if known else "Nothing to compare yet."


def _book_lines(shown: Snapshot, books: Mapping[str, OrderBook]) -> list[str]:
    """The nearest zone of each side against what rests before it."""
    lines = []
    for side in (Side.SHORT, Side.LONG):
        ahead = [zone for zone in shown.zones if zone.side is side and zone.distance(shown.found.price)]
        if ahead:
            zone = min(ahead, key=lambda one: abs(one.distance(shown.found.price)))
            lines.append(_book_line(shown, zone, books))
    return lines or ["No dense zone lies ahead on either side."]


def _book_line(shown: Snapshot, zone: Zone, books: Mapping[str, OrderBook]) -> str:
    found, base = shown.found, base_of(shown.found.symbol)
    stretch, mass = range_text(zone.low, zone.high, shown.tick_size), rough_text(mass_in(found, zone))
    name = f"{WORDS[zone.side].mark} {escaped(zone.id, 12)} {stretch}, ≈{mass} {base}"
    end = way_end(zone, found.price, found.hourly_range)
    reaching = {venue: book for venue, book in books.items() if book.shows(zone.side, end)}
    ratio = cover(found, zone, reaching)
    depth = depth_before(zone, tuple(reaching.values()), found.price, found.hourly_range)
    if ratio is None or depth is None:
        return f"{name}: no order book is shown so far, so nothing is known of what rests before it."
    venues = joined_venues(reaching)
    rests = f"{rough_text(depth)} {base} rest before it on {venues} now"
    return f"{name}: {rests}, the zone's part there is {ratio:.1f} times that."
