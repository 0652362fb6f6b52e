"""The caption of a scheduled map."""

from __future__ import annotations

from bot.language import Language
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.wording.caption import Line, Need, fitted
from bot.wording.languages.chosen import phrases_of
from bot.wording.languages.english import ENGLISH
from bot.wording.languages.phrases import Phrases
from bot.wording.map_text import basis_lines, closing, titled, trust_lines
from bot.wording.news_wire import news_wire
from bot.wording.numbers import DAY_MS, HOUR_MS
from bot.wording.zone_lines import listed_zones, zone_section


def schedule_caption(shown: Snapshot, *, every_ms: int, language: Language = Language.ENGLISH) -> str:
    """The news-wire sentence, then the map and its zones."""
    say = phrases_of(language)
    zones = listed_zones(shown)
    title = f"{titled(say.frame.map_title, shown, say)} · {every_text(every_ms, say)}"
    sections = [
        [Line(news_wire(shown, language), Need.ALWAYS)],
        basis_lines(shown, title, say),
        zone_section(shown, zones, say),
        trust_lines(shown, say),
        closing(shown, [zone for side in Side for zone in zones[side]], say),
    ]
    return fitted(sections, say.room)


def every_text(interval_ms: int, say: Phrases = ENGLISH) -> str:
    """How often: "every 4 h", "every day"."""
    if interval_ms == HOUR_MS:
        return say.frame.every_hour
    if interval_ms == DAY_MS:
        return say.frame.every_day
    return say.frame.every.format(age=say.numerals.age(interval_ms))
