"""The caption under a map."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from bot.language import Language
from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import heaviest
from bot.liquidation.windows import AGES_MS
from bot.liquidation.zone import Zone
from bot.wording.absence_text import missing_names, missing_text
from bot.wording.caption import Line, Need, Section, fitted, lines
from bot.wording.conclusion import conclusion
from bot.wording.crosscheck_text import crosscheck_lines
from bot.wording.escape import escaped
from bot.wording.expiry_text import expiry_lines
from bot.wording.imbalance_text import imbalance_line, nearby_lines
from bot.wording.languages.chosen import phrases_of
from bot.wording.languages.english import ENGLISH
from bot.wording.languages.phrases import Phrases
from bot.wording.numbers import moment_text
from bot.wording.pair import pair_name, shares_text
from bot.wording.quality_text import ages_line, stale_line, trouble_lines
from bot.wording.reach import loading_line
from bot.wording.reading_lines import reading_lines
from bot.wording.selection_text import selection_parts
from bot.wording.zone_lines import listed_zones, zone_section

DISCLAIMER = ENGLISH.frame.disclaimer


def map_caption(
    shown: Snapshot,
    around: Crosschecks = Crosschecks(),
    language: Language = Language.ENGLISH,
    *,
    for_heatmaps: bool = False,
) -> str:
    """First line: the nearest dense zones. Where room is short what is read off the map and the crosschecks
    go first, then the last zones; the conclusion, the title and the disclaimer never.
    `for_heatmaps` where something was asked for that only heatmaps have."""
    say = phrases_of(language)
    zones = listed_zones(shown)
    first = Line(f"<b>{conclusion(shown, say)}</b>", Need.ALWAYS)
    note = lines([say.heat.alone] if for_heatmaps else [], Need.ALWAYS)
    sections = [
        [first, *note, *basis_lines(shown, titled(say.frame.map_title, shown, say), say)],
        zone_section(shown, zones, say),
        [*_read_off(shown, around, say), *trust_lines(shown, say)],
        closing(shown, [] if shown.was else [zone for side in Side for zone in zones[side]], say),
    ]
    return fitted(sections, say.room)


def titled(template: str, shown: Snapshot, say: Phrases, **more: str) -> str:
    """A title with its pair and window; `more` is what else it has places for."""
    found = shown.found
    facts = {"pair": pair_name(found.symbol, say), "window": say.numerals.window(found.window), **more}
    return template.format(**facts)


def basis_lines(shown: Snapshot, title: str, say: Phrases) -> list[Line]:
    """What the picture is of: its title and selection, venues, price, expiry."""
    found = shown.found
    return [
        Line(" · ".join([title, *selection_parts(shown.selection, say)]), Need.ALWAYS),
        *lines([say.past.note] if shown.was else []),
        *lines([shares_line(found, say)]),
        Line(missing_names(found.missing, say), longer=missing_text(found.missing, found.reasons, say)),
        *lines(expiry_lines(found, shown.now_ms, say)),
        Line(price_line(found, shown.now_ms, shown.tick_size, say)),
    ]


def trust_lines(shown: Snapshot, say: Phrases) -> list[Line]:
    """When it was opened and how old, late or doubtful what it rests on is."""
    found, now_ms = shown.found, shown.now_ms
    if not found.venues:
        return lines([say.data.no_venue])
    return [
        *lines(age_lines(found, say), rank=2),
        *lines(loading_line(found, say), rank=1),
        *lines(stale_line(found, now_ms, say)),
        Line(ages_line(found, now_ms, say)),
        *lines(trouble_lines(found, now_ms, say)),
    ]


def closing(shown: Snapshot, zones: Iterable[Zone], say: Phrases) -> Section:
    """The disclaimer, and how to ask what the heaviest of these zones is made of now."""
    asked = heaviest(shown, zones)
    why = f" /why {escaped(asked.id, 12)}" if asked is not None else ""
    return [Line(f"<i>{say.frame.disclaimer}</i>{why}", Need.ALWAYS)]


def _read_off(shown: Snapshot, around: Crosschecks, say: Phrases) -> list[Line]:
    found, reading = shown.found, shown.reading
    if not found.venues:
        return []
    extras = crosscheck_lines(shown, around, say)
    if reading is not None:
        read = reading_lines(found, reading, shown.tick_size, say)
        extras = [*read, *imbalance_line(found, reading, say), *extras]
    nearby = nearby_lines(found, say, shown.selection.side)
    return [*lines(nearby, rank=1), *lines(extras, Need.EXTRA)]


def venue_lines(found: LiquidationMap) -> list[str]:
    """In English, for answers that are no captions."""
    return [
        line for line in (shares_line(found, ENGLISH), missing_text(found.missing, found.reasons)) if line
    ]


def shares_line(found: LiquidationMap, say: Phrases) -> str:
    return say.frame.shares.format(shares=shares_text(found, say)) if found.venues else ""


def price_line(found: LiquidationMap, now_ms: int, tick_size: float, say: Phrases = ENGLISH) -> str:
    price = say.numerals.price(found.price, tick_size)
    if not found.venues:
        return say.frame.price_alone.format(price=price)
    return say.frame.price.format(price=price, moment=moment_text(found.price_stamp_ms, now_ms))


def age_lines(found: LiquidationMap, say: Phrases) -> list[str]:
    """Which shares of the map were opened when."""
    if not found.ages:
        return []
    within = [0.0, *(share for _, share in found.ages), 1.0]
    spans = (say.reading.last_day, say.reading.that_week, say.reading.that_month)
    of_span = dict(zip(AGES_MS, spans, strict=True))
    names = [*(of_span[span_ms] for span_ms, _ in found.ages), say.reading.before]
    parts = [
        name.format(share=say.numerals.whole_percent(max(0.0, b - a)))
        for name, (a, b) in zip(names, pairwise(within), strict=True)
    ]
    return [say.reading.opened.format(parts=say.frame.comma.join(parts))]
