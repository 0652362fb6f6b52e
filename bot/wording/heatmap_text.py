"""The caption under a heatmap."""

from __future__ import annotations

from dataclasses import replace

from bot.language import Language
from bot.liquidation.absence import ShorterThan
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.reported_orders import ReportedOrders, ReportingVenue
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import mass_in, zones_ahead
from bot.liquidation.zone import Zone
from bot.look import Overlay
from bot.wording.caption import Line, Need, fitted, lines
from bot.wording.conclusion import conclusion
from bot.wording.languages.chosen import phrases_of
from bot.wording.languages.phrases import Phrases
from bot.wording.map_text import basis_lines, closing, titled, trust_lines
from bot.wording.numbers import short_stamp_text, stamp_text
from bot.wording.pair import venue_name
from bot.wording.zone_lines import zone_section

ROWS = 3  # that the picture tags


def heatmap_caption(
    shown: Snapshot,
    history: HeatHistory,
    reported: ReportedOrders,
    overlays: frozenset[Overlay] = frozenset(),
    language: Language = Language.ENGLISH,
) -> str:
    """`shown` is of everything open. First line: the nearest dense zones; then what colour, streaks and dots
    mean, and since when what is known."""
    say, shown = phrases_of(language), _on_its_venues(shown, history)
    densest = densest_zones(shown)
    zones = {side: [zone for zone in densest if zone.side is side] for side in Side}
    title = titled(say.frame.heatmap_title, shown, say, window=say.numerals.window(history.window))
    first = Line(f"<b>{conclusion(shown, say)}</b>", Need.ALWAYS)
    sections = [
        [first, *basis_lines(shown, title, say)],
        [replace(line, need=Need.BASIS) for line in zone_section(shown, zones, say)],  # the rows tagged
        [
            Line(say.heat.colour, Need.ALWAYS),
            Line(say.heat.streaks, rank=1),
            *lines(_known_line(history, say)),
            _dots_line(shown, reported, say),
            *lines(_overlay_line(overlays, say)),
            *trust_lines(shown, say),
        ],
        closing(shown, densest, say),
    ]
    return fitted(sections, say.room)


def _on_its_venues(shown: Snapshot, history: HeatHistory) -> Snapshot:
    """Venues whose history is shorter than the window are missing on a heatmap."""
    left_out = [share.venue for share in shown.found.venues if share.venue not in history.venues]
    found = shown.found.only(history.venues)
    loading = shown.found.loading
    reasons = {venue: ShorterThan(history.window, loading.get(venue)) for venue in left_out}
    missing = (*found.missing, *left_out)
    return replace(shown, found=replace(found, missing=missing, reasons={**found.reasons, **reasons}))


def densest_zones(shown: Snapshot) -> list[Zone]:
    """The heaviest on the map shown that price has not passed, the nearest first."""
    found = shown.found
    heaviest = sorted(zones_ahead(shown), key=lambda zone: -mass_in(found, zone))[:ROWS]
    return sorted(heaviest, key=lambda zone: abs(zone.distance(found.price)))


def _dots_line(shown: Snapshot, reported: ReportedOrders, say: Phrases) -> Line:
    """Venue by venue: sums over feeds that leave orders out are never added up."""
    if not reported.venues:
        return Line(say.heat.no_dots)
    names = say.frame.listed.join(venue_name(one.venue) for one in reported.venues)
    told = [_dots_of(shown, one, reported, say) for one in reported.venues]
    sums = say.heat.dots.format(venues=say.frame.clause.join(told))
    return Line(say.heat.dots.format(venues=names), longer=sums)


def _dots_of(shown: Snapshot, one: ReportingVenue, reported: ReportedOrders, say: Phrases) -> str:
    """Of the sides whose dots are drawn."""
    totals = []
    for side in Side:
        if shown.selection.side not in (None, side):
            continue
        amount = say.numerals.amount(shown.found.symbol, one.amounts[side])
        if one.feed.is_lower_bound:
            amount = say.heat.at_least.format(amount=amount.removeprefix("≈"))
        totals.append(say.of(side).total.format(amount=amount))
    facts = {"venue": venue_name(one.venue), "amounts": say.frame.comma.join(totals)}
    if one.heard_from_ms <= reported.begin_ms:
        return say.heat.dots_of.format(**facts)
    moment = short_stamp_text(one.heard_from_ms, reported.end_ms)
    return say.heat.dots_since.format(**facts, moment=moment)


def _known_line(history: HeatHistory, say: Phrases) -> list[str]:
    begin_ms = int(history.stamp_ms[0]) - history.span_ms
    if history.known_from_ms <= begin_ms:
        return []
    return [say.heat.known.format(moment=stamp_text(history.known_from_ms))]


def _overlay_line(overlays: frozenset[Overlay], say: Phrases) -> list[str]:
    names = {Overlay.VOLUME: say.heat.volume, Overlay.AVERAGE: say.heat.average}
    told = [name for overlay, name in names.items() if overlay in overlays]
    return [say.heat.overlays.format(overlays=say.joined(told))] if told else []
