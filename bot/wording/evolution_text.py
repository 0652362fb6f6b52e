"""The caption under one pair's maps of several windows."""

from __future__ import annotations

from bot.language import Language
from bot.liquidation.evolution import Evolution
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.told_zones import heaviest
from bot.liquidation.windows import ALL
from bot.liquidation.zone import Zone
from bot.wording.caption import Line, Need, Section, fitted, lines
from bot.wording.conclusion import conclusion
from bot.wording.escape import escaped
from bot.wording.imbalance_text import NEARBY, held_text, mass_within
from bot.wording.languages.chosen import phrases_of
from bot.wording.languages.phrases import Phrases
from bot.wording.map_text import basis_lines, closing, titled, trust_lines
from bot.wording.sides import WORDS
from bot.wording.zone_lines import TOLD_FIRST, listed_zones, zone_place


def evolution_caption(
    told: Evolution, language: Language = Language.ENGLISH, left_aside: str | None = None
) -> str:
    """First line: the nearest dense zones; then what each window holds, and from which one each zone is.

    `left_aside` is a window that was asked for in vain.
    """
    say, shown = phrases_of(language), told.whole
    windows = [say.numerals.window(found.window) for found in told.maps]
    title = titled(say.evolution.title, shown, say, windows=" · ".join(windows))
    zones = listed_zones(shown)
    note = "" if left_aside is None else say.evolution.given.format(window=say.numerals.window(left_aside))
    first = [Line(f"<b>{conclusion(shown, say)}</b>", Need.ALWAYS), *lines([note], Need.ALWAYS)]
    sections = [
        [*first, *basis_lines(shown, title, say)],
        [*lines(_window_line(told, found, say) for found in told.maps), *lines(_not_covered(told, say))],
        _zone_section(told, zones, say),
        trust_lines(shown, say),
        closing(shown, [zone for side in Side for zone in zones[side]], say),
    ]
    return fitted(sections, say.room)


def _window_line(told: Evolution, found: LiquidationMap, say: Phrases) -> str:
    window = say.numerals.window(found.window)
    share = say.numerals.whole_percent(told.share(found))
    only = told.whole.selection.side
    if only is not None:
        return say.evolution.window_of.format(window=window, share=share, held=held_text(found, only, say))
    longs, shorts = (
        say.numerals.amount(found.symbol, mass_within(found, side, NEARBY) * found.price) for side in Side
    )
    return say.evolution.window.format(window=window, share=share, longs=longs, shorts=shorts)


def _not_covered(told: Evolution, say: Phrases) -> list[str]:
    windows = [say.numerals.window(window) for window in told.not_covered]
    return [say.evolution.not_covered.format(windows=say.frame.listed.join(windows))] if windows else []


def _zone_section(told: Evolution, zones: dict[Side, list[Zone]], say: Phrases) -> Section:
    section = []
    top = heaviest(told.whole, [zone for side in Side for zone in zones[side]])
    for side in TOLD_FIRST:
        if zones[side]:
            section.append(Line(f"{WORDS[side].mark} <b>{say.of(side).headline}</b>"))
        ranked = sorted(enumerate(zones[side]), key=lambda one: abs(one[1].distance(told.whole.found.price)))
        section += [
            Line(_zone_line(told, zone, say), *zone_place(rank, zone is not top)) for rank, zone in ranked
        ]
    return section


def _zone_line(told: Evolution, zone: Zone, say: Phrases) -> str:
    price = told.whole.found.price
    away = say.numerals.signed_percent(zone.distance(price))
    line = say.evolution.zone.format(
        zone=escaped(zone.id, 12),
        stretch=say.numerals.stretch(zone.low, zone.high, told.whole.tick_size),
        where=say.zones.inside if zone.contains(price) else away,
        band=say.band(zone.band),
        opened=_opened(told, zone, say),
    )
    return line.removesuffix(" · ")


def _opened(told: Evolution, zone: Zone, say: Phrases) -> str:
    """From which window on it is there; where everything open stands in, older than the window before."""
    found = told.shown_on(zone)
    if found is not None and found.window != ALL:
        return say.evolution.opened.format(window=say.numerals.window(found.window))
    windows = [one.window for one in told.maps if one.window != ALL]
    return say.evolution.older.format(window=say.numerals.window(windows[-1])) if windows else ""
