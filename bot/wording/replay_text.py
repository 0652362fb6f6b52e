"""The caption under the replay of a pair's last hours."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import Language
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone_event import ZoneEvent
from bot.wording.caption import Line, Need, fitted, lines
from bot.wording.escape import escaped
from bot.wording.languages.chosen import phrases_of
from bot.wording.languages.phrases import Phrases
from bot.wording.map_text import basis_lines, closing, titled, trust_lines
from bot.wording.numbers import HOUR_MS, stamp_text
from bot.wording.pair import pair_name
from bot.wording.selection_text import selection_parts
from bot.wording.zone_lines import listed_zones, zone_section

MOST_SWEPT = 4  # that are named


def replay_caption(
    shown: Snapshot,
    *,
    begin_ms: int,
    begin_price: float,
    swept: Sequence[ZoneEvent] | None,
    language: Language = Language.ENGLISH,
    is_other: bool = False,
) -> str:
    """`shown` is where it ends; `swept` tells what price went through meanwhile, None where that says nothing
    of the part shown. First line: how far price went, and through which zones. `is_other` where another time
    was asked for."""
    say, found = phrases_of(language), shown.found
    span = say.numerals.hours.format(count=round((shown.now_ms - begin_ms) / HOUR_MS))
    claims = [_change(shown, begin_price, say), *([] if swept is None else [_swept(swept, say)])]
    first = say.replay.conclusion.format(
        pair=" · ".join([pair_name(found.symbol, say), *selection_parts(shown.selection, say)]),
        span=span,
        claims=say.frame.clause.join(claims),
    )
    zones = listed_zones(shown)
    sections = [
        [
            Line(f"<b>{first}</b>", Need.ALWAYS),
            *lines([say.replay.given] if is_other else [], Need.ALWAYS),
            *basis_lines(shown, titled(say.replay.title, shown, say, span=span), say),
            Line(_path(shown, begin_ms, begin_price, say)),
        ],
        [Line(say.replay.frames)],
        zone_section(shown, zones, say),
        trust_lines(shown, say),
        closing(shown, [zone for side in Side for zone in zones[side]], say),
    ]
    return fitted(sections, say.room)


def _change(shown: Snapshot, begin_price: float, say: Phrases) -> str:
    fraction = shown.found.price / begin_price - 1
    price = say.numerals.price(shown.found.price, shown.tick_size)
    if not round(fraction, 6):
        return say.replay.unchanged.format(price=price)
    return say.replay.change.format(percent=say.numerals.signed_percent(fraction), price=price)


def _swept(events: Sequence[ZoneEvent], say: Phrases) -> str:
    if not events:
        return say.replay.none_swept
    named = [say.of(one.side).swept.format(zone=escaped(one.zone_id, 12)) for one in events[:MOST_SWEPT]]
    more = say.frame.more.format(count=len(events) - MOST_SWEPT) if len(events) > MOST_SWEPT else ""
    return say.replay.swept.format(zones=say.frame.listed.join(named) + more)


def _path(shown: Snapshot, begin_ms: int, begin_price: float, say: Phrases) -> str:
    return say.replay.path.format(
        from_price=say.numerals.price(begin_price, shown.tick_size),
        to_price=say.numerals.price(shown.found.price, shown.tick_size),
        begin=stamp_text(begin_ms),
        end=stamp_text(shown.now_ms),
    )
